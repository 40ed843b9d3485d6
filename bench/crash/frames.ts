import { DAY, dayOf } from '#base/time.ts';
import type { City } from '../../tools/city/city.ts';
import { framesOf } from '../../tools/city/play/pack.ts';
import { feed } from '../../tools/city/records/feed.ts';
import { SOURCE_BY_CODE } from '../../tools/city/records/sources.ts';

/** A busy time's rate and days back: enough messages for all the kills. */
const BUSY_RATE = 8;
const DAYS_BACK = 6;

/** The messages of the city's hospitals of the days up to an instant, framed for MLLP. */
export function* framesFor(city: City, until: number): Generator<Buffer> {
  for (const arrival of feed(city, {
    fromDay: dayOf(until - DAYS_BACK * DAY),
    toDay: dayOf(until),
    rate: BUSY_RATE,
  })) {
    const source = SOURCE_BY_CODE.get(arrival.source);
    if (source?.format === 'hl7') yield* framesOf(source, arrival);
  }
}
