import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { MINUTE } from '#base/time.ts';
import type { Level, Words } from '#base/words.ts';
import { type Form, form, hopTier, taskKind, words } from './contract.ts';
import type { HopTier, TaskKind } from './model.ts';

const minutes = z.number().positive();
const byTier = z.record(hopTier, minutes);
const clocks = z.object({ accept: byTier, answer: byTier, close: minutes, again: minutes });
const dated = { from: z.iso.date(), to: z.iso.date().nullable() };

const ladderFile = z.object({
  ...dated,
  id: z.string(),
  words,
  basis: words,
  routes: z.record(taskKind, z.array(hopTier).min(1)),
  clocks: z.record(z.enum(['1', '2', '3', '4']), clocks),
  standing: z.array(
    z.object({
      tiers: z.array(hopTier),
      levels: z.array(z.number()),
      kinds: z.array(taskKind),
      words,
    }),
  ),
  attemptsMax: z.number().int().positive(),
});
const formsFile = z.object({ ...dated, forms: z.array(form) });

/** Clocks, routes and standing orders of one time. */
export type Ladder = z.infer<typeof ladderFile>;

/** A city's own files instead of ours; the one place that reads FENGHUO_LADDERS. */
const FOLDER = process.env['FENGHUO_LADDERS'] || join(import.meta.dirname, '../../../data/ladders');

/** Reads dated files at start; a file that does not fit its schema stops the house, not a task. */
function readAll<T>(prefix: RegExp, schema: z.ZodType<T>): T[] {
  return readdirSync(FOLDER)
    .filter((name) => prefix.test(name) && name.endsWith('.json'))
    .sort()
    .map((name) => schema.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))));
}
const LADDERS = readAll(/^(?!forms-)/, ladderFile);
const FORMS = readAll(/^forms-/, formsFile);

/** Of several dated files the newest that holds on `day`; before all of them the oldest. */
function heldOn<T extends { from: string; to: string | null }>(all: readonly T[], day: string): T {
  const sorted = all.toSorted((a, b) => (a.from < b.from ? 1 : -1));
  const held = sorted.find((f) => f.from <= day && (f.to === null || day <= f.to)) ?? sorted.at(-1);
  if (!held) throw new Error('data/ladders holds no file of this kind');
  return held;
}

export const ladderOn = (day: string): Ladder => heldOn(LADDERS, day);

/** The ladder a task was dispatched on, by name: its clocks do not change under way. */
export const ladderNamed = (id: string): Ladder =>
  LADDERS.find((l) => l.id === id) ?? heldOn(LADDERS, '9999-12-31');

/** The form of a kind of task on a day. */
export function formOn(day: string, kind: TaskKind): Form {
  const found = heldOn(FORMS, day).forms.find((f) => f.kind === kind);
  if (!found) throw new Error(`data/ladders has no form for ${kind}`);
  return found;
}

/** How long a clock runs at a tier, in ms; `close` and `again` do not depend on the tier. */
export function clockMs(
  ladder: Ladder,
  level: Level,
  clock: 'accept' | 'answer' | 'close' | 'again',
  tier: HopTier,
): number {
  const row = ladder.clocks[`${level}`];
  return (clock === 'close' || clock === 'again' ? row[clock] : row[clock][tier]) * MINUTE;
}

/** The standing order by which a tier passes such a task on at once; undefined when it has none. */
export const standingOrder = (
  ladder: Ladder,
  tier: HopTier,
  level: Level,
  kind: TaskKind,
): Words | undefined =>
  ladder.standing.find(
    (s) => s.tiers.includes(tier) && s.levels.includes(level) && s.kinds.includes(kind),
  )?.words;
