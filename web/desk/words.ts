import { useWords } from '../kit/i18n.ts';
import type { zh } from './strings.zh.ts';
import type { zh as trust } from './trust/words/index.ts';

export type DeskKey = keyof typeof zh | keyof typeof trust;
export const useDeskWords = () => useWords<DeskKey>();
