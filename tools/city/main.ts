import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dayOf } from '#base/time.ts';
import { makeCity } from './city.ts';
import { SMALL_MAP } from './map/geography.ts';
import { runOutbreaks } from './outbreaks/trail.ts';
import { feed, residents } from './records/feed.ts';
import { dayNumber, dayText } from './records/calendar.ts';
import { areaImports, listMembers, placeImports, staffImports, WATCH_LISTS } from './registers.ts';
import { buildTiles } from './tiles/build.ts';

const HELP = `Writes the sample city Jiangzhou to files, for looking at it.

  node tools/city/main.ts --out DIR [--persons 100000] [--days 1] [--seed 1]
                          [--until YYYY-MM-DD] [--rate 0.35] [--no-tiles] [--no-outbreaks] [--small]

areas.json places.json staff.json lists/*.ndjson city.pmtiles persons.ndjson rows.ndjson truth.ndjson`;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    persons: { type: 'string', default: '100000' },
    days: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    until: { type: 'string' },
    rate: { type: 'string', default: '0.35' },
    tiles: { type: 'boolean', default: true },
    outbreaks: { type: 'boolean', default: true },
    small: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

/** Writes lines as they come, a chunk at a time, no faster than the disk takes them. */
async function writeLines(file: string, items: Iterable<unknown>): Promise<number> {
  const stream = createWriteStream(file);
  let count = 0;
  let chunk: string[] = [];
  const flush = async (): Promise<void> => {
    if (!stream.write(`${chunk.join('\n')}\n`)) await once(stream, 'drain');
    chunk = [];
  };
  for (const item of items) {
    chunk.push(JSON.stringify(item));
    count += 1;
    if (chunk.length >= 2000) await flush();
  }
  if (chunk.length > 0) await flush();
  stream.end();
  await once(stream, 'finish');
  return count;
}

const timed = async <T>(what: string, work: () => Promise<T> | T): Promise<T> => {
  const start = performance.now();
  const result = await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  const count = typeof result === 'number' ? ` ${result}` : '';
  console.log(`${what}${count}: ${seconds} s, peak ${peak} MB`);
  return result;
};

async function main(out: string): Promise<void> {
  const persons = Number(values.persons);
  const until = values.until ?? dayOf(Date.now());
  const fromDay = dayText(dayNumber(until) - Number(values.days) + 1);
  mkdirSync(join(out, 'lists'), { recursive: true });
  const at = (name: string): string => join(out, name);
  const city = await timed('city', () =>
    makeCity({ seed: Number(values.seed), persons, ...(values.small ? { map: SMALL_MAP } : {}) }),
  );
  await timed('registers', () => {
    writeFileSync(at('areas.json'), JSON.stringify(areaImports(city)));
    writeFileSync(at('places.json'), JSON.stringify(placeImports(city)));
    writeFileSync(at('staff.json'), JSON.stringify(staffImports(city)));
  });
  if (values.tiles) await timed('tiles', () => buildTiles(city, at('city.pmtiles')));
  for (const { id } of WATCH_LISTS) {
    await timed(`list ${id}`, () => writeLines(at(`lists/${id}.ndjson`), listMembers(city, id)));
  }
  const outbreaks = values.outbreaks
    ? await timed('outbreaks', () => runOutbreaks(city, until))
    : undefined;
  if (outbreaks) await writeLines(at('truth.ndjson'), outbreaks.truths);
  const seen = Date.parse(`${fromDay}T00:00:00+08:00`);
  await timed('persons', () => writeLines(at('persons.ndjson'), residents(city, seen)));
  const mixed = outbreaks ? { extra: outbreaks.arrivals, shedding: outbreaks.shedding } : {};
  const rows = feed(city, { fromDay, toDay: until, rate: Number(values.rate), ...mixed });
  await timed('rows', () => writeLines(at('rows.ndjson'), rows));
}

if (values.help || !values.out) console.log(HELP);
else await main(values.out);
