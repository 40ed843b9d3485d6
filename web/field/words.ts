import { useWords } from '../kit/i18n.ts';
import type { zh } from './strings.zh.ts';

/** Leads to a place of this face; a hash needs no line. */
export function goTo(hash: string): void {
  location.hash = hash;
}

export type FieldKey = keyof typeof zh;
export const useFieldWords = () => useWords<FieldKey>();
