import type { Vault } from './vault.ts';

/**
 * What a person wrote in their own words may name somebody or say where they live: it reaches the
 * verbs and the tables sealed only. Undefined when nothing was written.
 */
export const sealNote = (vault: Vault, text: string | undefined): Buffer | undefined =>
  text ? vault.seal(text) : undefined;

/** The house's own words of a line and, for who may see them, the person's; null when neither. */
export const openNote = (
  vault: Vault,
  line: { readonly note: string | null; readonly said: Uint8Array | null },
  maySee: boolean,
): string | null =>
  [line.note, maySee && line.said ? vault.open(line.said) : ''].filter(Boolean).join('：') || null;
