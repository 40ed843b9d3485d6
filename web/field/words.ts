import { useWords } from '../kit/i18n.ts';
import type { zh } from './strings.zh.ts';

export type FieldKey = keyof typeof zh;
export const useFieldWords = () => useWords<FieldKey>();
