import { chanceAt } from '../chance.ts';

/** People come in blocks of twenty that divide into households, so a person's kin are a step away. */
export const BLOCK = 20;

/** Where a person stands at home. `first` is the index of the household's first member. */
export type Home = {
  readonly first: number;
  readonly size: number;
  readonly role: number;
  /** Age of the first member. */
  readonly base: number;
};

/** Shares of household sizes 1 to 6, close to the census of 2020 (mean 2.6). */
const SIZES = [0.25, 0.55, 0.77, 0.9, 0.965, 1];

/** The household of person i: depends on the seed and i only. */
export function homeOf(seed: number, i: number): Home {
  const block = Math.floor(i / BLOCK);
  const chance = chanceAt(seed, 51, block);
  let at = block * BLOCK;
  const end = at + BLOCK;
  for (;;) {
    const u = chance.next();
    const v = chance.next();
    const wanted = SIZES.findIndex((s) => u < s) + 1;
    const size = Math.min(wanted, end - at);
    if (i < at + size) return { first: at, size, role: i - at, base: baseAge(size, v) };
    at += size;
  }
}

/** Age of the first member: couples with children at home are of an age to have them. */
function baseAge(size: number, v: number): number {
  if (size === 1) return Math.round(20 + 70 * v ** 1.2);
  if (size === 2) return Math.round(24 + 58 * v);
  return Math.round(26 + 28 * v);
}

/** Age and sex by role: 0 and 1 a couple, then children, then the parents of one of them. */
export function bodyOf(seed: number, home: Home, i: number): { age: number; sex: '1' | '2' } {
  const chance = chanceAt(seed, 52, i);
  const coin: '1' | '2' = chance.next() < 0.51 ? '1' : '2';
  const off = Math.round(chance.normal(0, 2.5));
  const { role, size, base } = home;
  if (role === 0) return { age: base, sex: size === 1 ? coin : '1' };
  if (role === 1) return { age: Math.max(20, base - 2 + off), sex: '2' };
  const elders = size === 4 && base % 3 === 0 ? 1 : size >= 5 ? 2 : 0;
  if (role >= size - elders)
    return { age: Math.min(97, base + 26 + off), sex: role % 2 ? '2' : '1' };
  const child = base - 27 + off - 3 * (role - 2);
  return { age: Math.max(0, child), sex: coin };
}
