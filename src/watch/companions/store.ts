import type { Tx } from '#platform/db/index.ts';
import type { MandateKeys, Vault } from '#platform/secrets/index.ts';
import type { MandateStore } from '#registers/mandates/index.ts';
import type { Companion } from '#intake/records/index.ts';

export type Keys = Pick<MandateKeys, 'has' | 'vaultFor'>;

/** Question and answer as they lie under the seal. */
export type Sealed = {
  readonly person: number;
  readonly from: number;
  readonly until: number;
  readonly minutes: number;
  readonly found: readonly Companion[];
};
export type Inquiry = Sealed & {
  readonly id: number;
  readonly mandateId: number;
  readonly at: number;
};

/** By which questions about a person are found again under one order, and under no other. */
const markOf = (vault: Vault, person: number): Buffer =>
  vault.blindIndex('companions', String(person));

export async function saveInquiry(
  tx: Tx,
  vault: Vault,
  it: { mandateId: number; areaCode: string; askedBy: number; kept: Sealed },
  now: number,
): Promise<number> {
  const row = await tx.row<{ id: number }>(
    `insert into companions.inquiry
       (mandate_id, mark, sealed, area_code, asked_by, at, subject_id)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [
      it.mandateId,
      markOf(vault, it.kept.person),
      vault.seal(JSON.stringify(it.kept)),
      it.areaCode,
      it.askedBy,
      new Date(now),
      it.kept.person,
    ],
  );
  if (!row) throw new Error('a question was not written');
  return row.id;
}

type Row = { id: number; mandateId: number; at: number; sealed: Buffer };
const ROW = 'id, mandate_id as "mandateId", at, sealed';

const opened = (keys: Keys, { sealed, ...row }: Row): Inquiry | undefined =>
  keys.has(row.mandateId)
    ? { ...row, ...(JSON.parse(keys.vaultFor(row.mandateId).open(sealed)) as Sealed) }
    : undefined;

/** One question inside the sight; undefined also when its order's key is gone. */
export async function inquiryById(tx: Tx, keys: Keys, id: number): Promise<Inquiry | undefined> {
  const row = await tx.row<Row>(`select ${ROW} from companions.inquiry where id = $1`, [id]);
  return row && opened(keys, row);
}

/** Questions about a person under these orders, the newest first. */
export async function inquiriesOf(
  tx: Tx,
  keys: Keys,
  it: { person: number; orders: readonly number[]; limit: number },
): Promise<Inquiry[]> {
  const open = it.orders.filter((id) => keys.has(id));
  const marks = open.map((id) => markOf(keys.vaultFor(id), it.person).toString('hex'));
  const rows = await tx.rows<Row>(
    `select ${ROW} from companions.inquiry
     where mark = any(select decode(m, 'hex') from unnest($1::text[]) as m)
     order by id desc limit $2`,
    [marks, it.limit],
  );
  return rows.flatMap((row) => opened(keys, row) ?? []);
}

/** Orders under which something was asked. */
export const ordersOf = async (tx: Tx): Promise<number[]> => {
  const rows = await tx.rows<{ id: number }>(
    'select distinct mandate_id as id from companions.inquiry order by id desc limit 1000',
  );
  return rows.map((row) => row.id);
};

/** What the sunset takes away. */
export const inquiries: MandateStore = {
  store: 'companions.inquiry',
  dataClass: 'tracks',
  async take(tx, mandateId, limit) {
    // Two questions about one person share a mark: the id tells them apart in the chain.
    const rows = await tx.rows<{ mark: string; id: number }>(
      `delete from companions.inquiry where id in
        (select id from companions.inquiry where mandate_id = $1 order by id limit $2)
        returning encode(mark, 'hex') as mark, id`,
      [mandateId, limit],
    );
    return rows.sort((a, b) => a.id - b.id).map(({ mark, id }) => `${id}:${mark}`);
  },
};
