import { decodeText } from '../decode/charset.ts';
import { csvFields } from '../decode/csv.ts';
import { fieldOf } from '../decode/headers.ts';
import { headingsRead } from '../mapping/apply.ts';
import type { Mapping } from '../mapping/model.ts';
import { type Dialect, dialectOf } from '../tables/dialect.ts';
import { type Knows, plainHeading } from '../tables/heading.ts';
import { TABLE_LIMITS } from '../tables/model.ts';
import type { Charset } from '../model.ts';

/** No heading we know stands where it should. */
export class BadHeadings extends Error {}

/** Which headings say something: those the mapping in force reads, else those that are ours. */
export function knowsOf(mapping: Mapping | undefined): Knows {
  if (!mapping) return (heading) => fieldOf(heading) !== undefined;
  const read = headingsRead(mapping);
  return (heading) => read.has(heading);
}

/** A title fills one cell of its line, or two; a line with more is a heading or a row of data. */
const TITLE_CELLS_MAX = 2;

/**
 * Finds the heading of a CSV: the first line with a name we know. Lines of a title may stand above
 * it; anything else there is refused, since rows could hide in it. Throws BadHeadings.
 */
export function headingFinder(charset: Charset, knows: Knows) {
  let isFound = false;
  let titles = 0;
  return {
    isFound: () => isFound,
    /** Whether lines came, and no heading among them. */
    isMissed: () => !isFound && titles > 0,
    /** The dialect when this line is the heading; undefined when it is a title. */
    look(line: Buffer, flag: number): Dialect | undefined {
      const text = flag === 0 ? decodeText(line, charset) : undefined;
      const dialect = text === undefined ? undefined : dialectOf(text, charset);
      const names = text === undefined ? undefined : csvFields(text, dialect);
      if (!names || !dialect) throw new BadHeadings();
      if (names.some((it) => knows(plainHeading(it)))) {
        isFound = true;
        return dialect;
      }
      const filled = names.filter((it) => it.trim() !== '').length;
      if (filled > TITLE_CELLS_MAX || ++titles >= TABLE_LIMITS.headingWithin)
        throw new BadHeadings();
      return undefined;
    },
  };
}
