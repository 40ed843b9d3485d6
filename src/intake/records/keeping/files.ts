import type { Purger } from '#base/keeping.ts';
import { dayOf } from '#base/time.ts';
import { type Db, hashOf } from '#platform/db/index.ts';
import { dropOutlived, isOutlived, logAges } from '#platform/files/index.ts';
import { cursorOf } from '../store.ts';

/**
 * Raw rows as they came, in the segment log: whole files whose last block is past, behind the
 * intake's cursor. Uploads still open read the log from the cursor on, so nothing needs them.
 */
export const logPurger = (db: Db, folder: string): Purger => {
  const cursor = async (): Promise<number> => (await db.read(cursorOf)).logOffset;
  return {
    field: 'records.raw',
    async due(before) {
      const [files, at] = [await logAges(folder), await cursor()];
      const due = files.filter((file) => isOutlived(file, before, at));
      const days = due.map((file) => ({ day: dayOf(file.firstAt), rows: file.rows }));
      return {
        rows: due.reduce((sum, file) => sum + file.rows, 0),
        oldestAt: files.find((file) => file.firstAt > 0)?.firstAt ?? null,
        days,
      };
    },
    async purge(before) {
      const gone = await dropOutlived(folder, before, await cursor());
      return {
        rows: gone.reduce((sum, file) => sum + file.rows, 0),
        more: false,
        hash: hashOf(gone.map((file) => `${file.fileNo} ${file.bytes}`)),
      };
    },
  };
};
