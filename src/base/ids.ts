/**
 * Text ids that sort by birth: 10 characters of milliseconds, 12 of chance, in Crockford's base 32.
 * Time and chance arrive as arguments (habit 11).
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function sortableId(now: number, chance: Uint8Array): string {
  let head = '';
  let rest = now;
  for (let i = 0; i < 10; i++) {
    head = ALPHABET.charAt(rest % 32) + head;
    rest = Math.floor(rest / 32);
  }
  let tail = '';
  for (let i = 0; i < 12; i++) tail += ALPHABET.charAt((chance[i] ?? 0) % 32);
  return head + tail;
}

export const isSortableId = (text: string): boolean => /^[0-9A-HJKMNP-TV-Z]{22}$/.test(text);
