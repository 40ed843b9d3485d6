/**
 * How personal data looks to who may know that somebody is meant but not who: enough to tell two
 * people of a list apart and to confirm by phone, not enough to find them (个人信息保护法 Art 6, 28).
 */
const STAR = '*';

/** 张三丰 → 张**, Maria Chen → M***. At most three stars, so that a long name does not stand out. */
export function maskName(name: string): string {
  const [first, ...rest] = [...name.trim()];
  return first === undefined ? '' : first + STAR.repeat(Math.min(rest.length, 3));
}

/** 18 characters: 9901**********1234 (area of issue and tail). Other documents: E******78. */
export function maskIdNo(no: string): string {
  const text = no.trim();
  if (text.length >= 15) return keepEnds(text, 4, 4);
  return text.length >= 6 ? keepEnds(text, 1, 2) : STAR.repeat(text.length);
}

/** 138****5678. Short and foreign numbers keep less. */
export function maskPhone(phone: string): string {
  const text = phone.trim();
  if (text.length >= 11) return keepEnds(text, text.length - 8, 4);
  return text.length >= 6 ? keepEnds(text, 1, 2) : STAR.repeat(text.length);
}

/** Ends of the parts an address is named by, finest first. What follows the community is a home. */
const TIERS = [
  /^.*?(?:社区|居委会|村委会|村)/,
  /^.*?(?:街道|镇|乡)/,
  /^.*?(?<![小园厂])[区县]/, // 小区 is a housing estate
  /^.*?市/,
];

/** Down to the community, or to the finest tier above it that is named; else nothing of it. */
export function maskAddress(address: string): string {
  const text = address.trim();
  if (text === '') return '';
  for (const tier of TIERS) {
    const kept = tier.exec(text)?.[0];
    if (kept) return kept === text ? kept : `${kept}***`;
  }
  return '***';
}

/** One spelling for one document: full width to half, without blanks and hyphens, upper case. */
export const normaliseIdNo = (no: string): string =>
  no
    .normalize('NFKC')
    .replace(/[\s\-‐‑–—]/g, '')
    .toUpperCase();

const keepEnds = (text: string, head: number, tail: number): string =>
  text.slice(0, head) + STAR.repeat(text.length - head - tail) + text.slice(-tail);
