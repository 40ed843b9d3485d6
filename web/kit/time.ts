import { useSyncExternalStore } from 'react';
import { CITY_OFFSET, DAY, dayOf, HOUR, MINUTE, SECOND } from '#base/time.ts';
import type { Lang } from './i18n.ts';

/** City time, whatever the zone of the screen: an officer abroad must read the same clock. */
const cityText = (at: number): string => new Date(at + CITY_OFFSET).toISOString();

/** `14:05` today, `11-21 14:05` this year, else with the year. */
export function shortTime(at: number, now: number): string {
  const text = cityText(at);
  if (dayOf(at) === dayOf(now)) return text.slice(11, 16);
  const stamp = text.slice(0, 16).replace('T', ' ');
  return stamp.slice(0, 4) === dayOf(now).slice(0, 4) ? stamp.slice(5) : stamp;
}

/** `2026-11-21 14:05:09`. */
export const fullTime = (at: number): string => cityText(at).slice(0, 19).replace('T', ' ');

/** A length of time in its two largest units, short: `2 小时 5 分`, `2 h 5 min`. */
export function lengthOf(ms: number, lang: Lang): string {
  const abs = Math.abs(ms);
  const units: [number, string, string][] = [
    [DAY, '天', 'd'],
    [HOUR, '小时', 'h'],
    [MINUTE, '分', 'min'],
  ];
  if (abs < MINUTE) return `${Math.floor(abs / SECOND)} ${lang === 'zh' ? '秒' : 's'}`;
  let rest = abs;
  const parts: string[] = [];
  for (const [size, zh, en] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count} ${lang === 'zh' ? zh : en}`);
    else if (parts.length > 0) break;
  }
  return parts.join(' ');
}

let now = Date.now();
const hearers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function listen(hear: () => void): () => void {
  hearers.add(hear);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of hearers) each();
  }, SECOND);
  return () => {
    hearers.delete(hear);
    if (hearers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The current second; one timer for the whole page. */
export const useNow = (): number =>
  useSyncExternalStore(listen, () => {
    if (Date.now() - now > 2 * SECOND) now = Date.now();
    return now;
  });
