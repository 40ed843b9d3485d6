import { useWords } from '../kit/i18n.ts';
import type { zh } from './strings.zh.ts';

export type DeskKey = keyof typeof zh;
export const useDeskWords = () => useWords<DeskKey>();
