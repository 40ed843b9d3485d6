/**
 * A text a person reads, in both languages of the city. Chinese first: it is the working
 * language.
 */
export type Words = { readonly zh: string; readonly en: string };

/**
 * The four alert levels, gravest first (突发事件应对法 2024 Art 63). 1 red · 2 orange · 3 yellow · 4
 * blue.
 */
export const LEVELS = [1, 2, 3, 4] as const;
export type Level = (typeof LEVELS)[number];

export const LEVEL_WORDS: Record<Level, Words> = {
  1: { zh: '红色', en: 'Red' },
  2: { zh: '橙色', en: 'Orange' },
  3: { zh: '黄色', en: 'Yellow' },
  4: { zh: '蓝色', en: 'Blue' },
};
