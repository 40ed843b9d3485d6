import type { City } from '../../tools/city/city.ts';
import { framesOf } from '../../tools/city/play/pack.ts';
import { feed } from '../../tools/city/records/feed.ts';
import { SOURCE_BY_CODE } from '../../tools/city/records/sources.ts';

/** A busy hour's rate: enough messages for all the kills. */
const BUSY_RATE = 4;

/** The messages of the city's hospitals of one civil day, framed for MLLP. */
export function* framesFor(city: City, day: string): Generator<Buffer> {
  for (const arrival of feed(city, { fromDay: day, toDay: day, rate: BUSY_RATE })) {
    const source = SOURCE_BY_CODE.get(arrival.source);
    if (source?.format === 'hl7') yield* framesOf(source, arrival);
  }
}
