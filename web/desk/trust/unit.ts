/** The words of an agency code, e.g. `cdc` or `district:990102`; the code itself when unknown. */
export function unitWords(
  word: (prefix: string, name: string) => string,
  unit: string | null,
): string {
  const [office = '', area] = (unit ?? '').split(':');
  if (office === '') return '';
  return area ? `${word('unit', office)} ${area}` : word('unit', office);
}
