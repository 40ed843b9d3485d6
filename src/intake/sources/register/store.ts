import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Source } from '../model.ts';

const SOURCE = `id, code, words, owner, formats, charset, kind, place_code as "placeCode",
  case when hl7_application is null then null
    else jsonb_build_object('application', hl7_application, 'facility', hl7_facility) end as hl7,
  created_at as "createdAt"`;

export const sourceById = (tx: Tx, id: number): Promise<Source | undefined> =>
  tx.row<Source>(`select ${SOURCE} from sources.source where id = $1`, [id]);

export const sourceByCode = (tx: Tx, code: string): Promise<Source | undefined> =>
  tx.row<Source>(`select ${SOURCE} from sources.source where code = $1`, [code]);

export const sourceBySender = (
  tx: Tx,
  application: string,
  facility: string,
): Promise<Source | undefined> =>
  tx.row<Source>(
    `select ${SOURCE} from sources.source where hl7_application = $1 and hl7_facility = $2`,
    [application, facility],
  );

export const sourceNames = (tx: Tx): Promise<Pick<Source, 'id' | 'words'>[]> =>
  tx.rows('select id, words from sources.source order by id');

export async function sourcesPage(
  tx: Tx,
  query: { after?: string | undefined; limit: number; q?: string | undefined },
): Promise<Page<Source>> {
  const [after = 0] = keyOf(query.after, ['id']) ?? [];
  const rows = await tx.rows<Source>(
    `select ${SOURCE} from sources.source
     where id > $1::bigint and ($2::text is null or code ilike $2 or words->>'zh' ilike $2 or words->>'en' ilike $2)
     order by id limit $3`,
    [after, query.q ? `%${query.q}%` : null, query.limit + 1],
  );
  return pageOf(rows, query.limit, (row) => [row.id]);
}

/** Every source by id, in memory: a city has some hundreds. `refresh` when an id is not found. */
export type SourceDirectory = {
  readonly byId: ReadonlyMap<number, Source>;
  readonly refresh: () => Promise<void>;
};

export async function sourceDirectory(db: Db): Promise<SourceDirectory> {
  const byId = new Map<number, Source>();
  const refresh = async (): Promise<void> => {
    const rows = await db.read((tx) => tx.rows<Source>(`select ${SOURCE} from sources.source`));
    for (const row of rows) byId.set(row.id, row);
  };
  await refresh();
  return { byId, refresh };
}

export type NewSourceRow = Omit<Source, 'id' | 'createdAt'>;

/** Undefined when the code or the HL7 sender is taken. */
export const insertSource = (
  tx: Tx,
  it: NewSourceRow,
  actorId: number,
  now: number,
): Promise<Source | undefined> =>
  tx.row<Source>(
    `insert into sources.source (code, words, owner, formats, charset, kind, place_code,
       hl7_application, hl7_facility, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict do nothing returning ${SOURCE}`,
    [
      it.code,
      JSON.stringify(it.words),
      it.owner,
      it.formats,
      it.charset,
      it.kind,
      it.placeCode,
      it.hl7?.application ?? null,
      it.hl7?.facility ?? null,
      actorId,
      new Date(now),
    ],
  );
