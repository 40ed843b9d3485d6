import { HOUR } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { foundSince } from './store.ts';

/** Signals of one rule and hour; what a rule finds beyond is counted and shown, not made a signal. */
export const SIGNALS_PER_HOUR_MAX = 500;

/** How many signals each rule may still give this hour. */
export class Throttle {
  #hour = 0;
  readonly #given = new Map<string, number>();

  /** Whether the rule may give one more signal now; if so, it has. */
  async take(tx: Tx, ruleId: string, now: number): Promise<boolean> {
    const hour = hourOf(now);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#given.clear();
    }
    const given = this.#given.get(ruleId) ?? (await foundSince(tx, ruleId, hour));
    this.#given.set(ruleId, given);
    if (given >= SIGNALS_PER_HOUR_MAX) return false;
    this.#given.set(ruleId, given + 1);
    return true;
  }
}

/** The hour `now` lies in, as its first instant. */
export const hourOf = (now: number): number => Math.floor(now / HOUR) * HOUR;
