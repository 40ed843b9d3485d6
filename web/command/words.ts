import { useWords } from '../kit/i18n.ts';
import type { zh } from './strings.zh.ts';

export type CommandKey = keyof typeof zh;
export const useCommandWords = () => useWords<CommandKey>();
