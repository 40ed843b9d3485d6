import { ID_TYPES, type IdType } from '#base/kinds.ts';
import type { Tx } from '#platform/db/index.ts';
import { normaliseIdNo, type Vault } from '#platform/secrets/index.ts';
import { ATTRIBUTES, tellsBirth } from '../model.ts';
import { claimIn } from '../statement.ts';

/** What the test of a list's concentration needs of a person. Stays in the house: only shares leave. */
export type Traits = {
  /** 0 when nobody knows the person yet. */
  readonly person: number;
  readonly unitId: number;
  readonly birthYear: number | null;
  readonly areaCode: string;
  /** First six digits of the citizen card. */
  readonly origin: string | null;
  /** The one source that speaks of the person; 0: none but this list. Null when several do. */
  readonly onlySource: number | null;
};
export type Named = { readonly idType: IdType; readonly idNo: string; readonly areaCode: string };

type Row = {
  person: number;
  unitId: number;
  birthYear: number | null;
  areaCode: string;
  sources: number[];
};
const ROW = `p.id as person, p.unit_id as "unitId", p.birth_year as "birthYear",
  p.area_code as "areaCode", (select coalesce(array_agg(distinct s.source_id), '{}')
    from people.statement s where s.person = p.id) as sources`;

const onlyOf = (sources: readonly number[]): number | null =>
  sources.length === 1 ? (sources[0] ?? null) : null;

/**
 * Traits of people named by document, in their order, without making a file for who is unknown.
 * Needs a transaction in the house's sight: known in another district is known.
 */
export async function traitsByDocument(
  tx: Tx,
  vault: Vault,
  named: readonly Named[],
): Promise<Traits[]> {
  const asked = named.map((it) => ({ ...it, idNo: normaliseIdNo(it.idNo) }));
  const blinds = asked.flatMap((it, i) =>
    vault.blindIndexes(`document ${it.idType}`, it.idNo).map((blind) => ({
      i,
      kind: ID_TYPES.indexOf(it.idType) + 1,
      blind,
    })),
  );
  const rows = await tx.rows<Row & { i: number }>(
    `select x.i, ${ROW}
      from unnest($1::int[], $2::smallint[], $3::bytea[]) as x (i, kind, blind)
      join people.handle h on h.kind = x.kind and h.blind = x.blind
      join people.person p on p.id = h.person`,
    [blinds.map((it) => it.i), blinds.map((it) => it.kind), blinds.map((it) => it.blind)],
  );
  const known = new Map(rows.map((row) => [row.i, row]));
  return asked.map((it, i) => {
    const own = fromDocument(it);
    const row = known.get(i);
    if (!row) return { person: 0, unitId: 0, ...own, areaCode: it.areaCode, onlySource: 0 };
    return {
      person: row.person,
      unitId: row.unitId,
      birthYear: row.birthYear ?? own.birthYear,
      areaCode: row.areaCode || it.areaCode,
      origin: own.origin,
      onlySource: onlyOf(row.sources),
    };
  });
}

/** What a citizen card says by itself (GB 11643): where it was issued, and the year of birth. */
function fromDocument(it: { idType: string; idNo: string }): {
  origin: string | null;
  birthYear: number | null;
} {
  if (it.idType !== 'citizen' || !tellsBirth(it.idNo)) return { origin: null, birthYear: null };
  return { origin: it.idNo.slice(0, 6), birthYear: Number(it.idNo.slice(6, 10)) };
}

type Sealed = Row & { sealed: Buffer | null };
const DOCUMENT = `(select s.sealed from people.statement s
  where s.person = p.id and s.attributes & ${1 << ATTRIBUTES.document} <> 0
  order by s.trust desc, s.last_at desc limit 1) as sealed`;

function opened(vault: Vault, { sealed, sources, ...row }: Sealed): Traits {
  const said = sealed ? claimIn(vault, sealed, ATTRIBUTES.document) : '';
  const [idType = '', idNo = ''] = said.split(' ');
  return { ...row, origin: fromDocument({ idType, idNo }).origin, onlySource: onlyOf(sources) };
}

/** Traits of persons by id, in no order; needs the house's sight. */
export async function traitsOfPersons(
  tx: Tx,
  vault: Vault,
  ids: readonly number[],
): Promise<Traits[]> {
  const rows = await tx.rows<Sealed>(
    `select ${ROW}, ${DOCUMENT} from people.person p where p.id = any($1::bigint[])`,
    [ids],
  );
  return rows.map((row) => opened(vault, row));
}

/** Drawn so many times as needed, block by block, before chance of the id picks among them. */
const DRAWN_TIMES = 3;

/** Some `n` persons drawn over the whole register, for comparison; the same ones for a while. */
export async function drawTraits(tx: Tx, vault: Vault, n: number): Promise<Traits[]> {
  const all = await tx.row<{ n: number }>('select count(*) as n from people.person');
  const percent = Math.min(100, (100 * DRAWN_TIMES * n) / Math.max(1, all?.n ?? 0));
  const rows = await tx.rows<Sealed>(
    `select ${ROW}, ${DOCUMENT}
      from (select * from people.person q tablesample system ($1::real) repeatable (7)
        order by hashint8(q.id) limit $2) p`,
    [percent, n],
  );
  return rows.map((row) => opened(vault, row));
}
