import type { Level } from '#base/words.ts';

/** Colour never speaks alone: octagon, diamond, triangle, circle, in a box of 24. */
export const SHAPES: Record<Level, string> = {
  1: 'M7.5 1.5h9L22.5 7.5v9L16.5 22.5h-9L1.5 16.5v-9Z',
  2: 'M12 .8 23.2 12 12 23.2.8 12Z',
  3: 'M12 1.6 23.4 22H.6Z',
  4: 'M12 1a11 11 0 1 1 0 22a11 11 0 0 1 0-22Z',
};

/** The Roman number inside the shape. */
export const BARS: Record<Level, string> = {
  1: 'M12 8v8',
  2: 'M9.7 8v8M14.3 8v8',
  3: 'M8 12v6.5M12 12v6.5M16 12v6.5',
  4: 'M7.4 8v8M10.6 8l3 8 3-8',
};

export const ROMAN: Record<Level, string> = { 1: 'Ⅰ', 2: 'Ⅱ', 3: 'Ⅲ', 4: 'Ⅳ' };
