import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, openDb } from '#platform/db/index.ts';

/** The database of a running house, to read what it has written down about the rows. */
export const openBooks = (home: string): Db =>
  openDb(readFileSync(join(home, 'house.url'), 'utf8'), { max: 2, name: 'bench' });
