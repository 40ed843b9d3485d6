import { createHash } from 'node:crypto';
import type { Actor } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { HOUR } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { recordDecisions } from '#registers/decisions/index.ts';
import { isExercise, type Mandate, reaches, underMandate } from '#registers/mandates/index.ts';
import { guardBulk } from '#registers/misuse/index.ts';
import { type Resolver, SYNTHETIC_ID, syntheticDb } from '#registers/people/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { WatchList } from './contract.ts';
import { fewToday, OPEN_PERSONS_MAX } from './few.ts';
import { type ImportFault, type ImportRow, importRows } from './rows.ts';
import type { Sample } from './sample.ts';
import { type Keys, writeSealed } from './sealed.ts';
import { listById, type MemberRow } from './store.ts';
import {
  changed,
  COUNTS_BACK,
  lockedList,
  noList,
  reachIn,
  type Sealer,
  writeMembers,
} from './write.ts';

/** Rows resolved and written in one go. */
const CHUNK = 5_000;
/** Faults answered of one import; more are counted. */
const FAULTS_SHOWN = 200;

export type Imported = {
  received: number;
  imported: number;
  faults: ImportFault[];
  faultsTotal: number;
  /** The order under which they came in; null for a few in the open. */
  mandateId: number | null;
};

export type ImportInput = {
  readonly id: string;
  readonly format: 'csv' | 'ndjson';
  readonly text: string;
  readonly source: string;
  /** case:, topic:, zone: or alert: and its id: no list without what it serves. */
  readonly incident: string | null;
  /** What the order must be for, when it names a disease. */
  readonly disease?: string | undefined;
  /** How far the actor's right to fill lists reaches; the actor's own area without. */
  readonly areaPrefix?: string;
};
export type ImportDeps = {
  readonly db: Db;
  readonly resolver: Pick<Resolver, 'resolve'>;
  readonly keys: Keys;
  /** Seals the words of a member; those under an order lie under its own key. */
  readonly vault: Sealer;
  /** Holds the list against the city; the house itself, who is never held up, does without. */
  readonly sample?: (rows: readonly ImportRow[], now: number) => Promise<Sample>;
};

/**
 * Imports members by document. Persons nobody knows yet get a provisional file from the person
 * index, so that the first record that names them is found. More than OPEN_PERSONS_MAX need a live
 * order for bulk lists and lie sealed under its key; the order is looked at again with every
 * chunk. Chunks commit one by one: a repeated import changes nothing (突发公共卫生事件应对法 Art 8;
 * 个人信息保护法 Art 6).
 */
export async function importMembers(
  deps: ImportDeps,
  actor: Actor,
  input: ImportInput,
  now: number,
): Promise<Imported | Refusal> {
  const list = await deps.db.read((tx) => listById(tx, input.id));
  if (!list) return noList(input.id);
  if (list.subject !== 'person') return PLACE_LIST;
  const { rows: named, faults, received } = importRows(input.format, input.text);
  const bulk = { ...bulkOf(list, input, named.length), ...(await deps.sample?.(named, now)) };
  const misuse = await guardBulk(deps.db, actor, bulk, now);
  if (misuse) return misuse;
  const orderFor = (tx: Tx): Promise<Mandate | Refusal | undefined> =>
    orderOf(tx, actor, named, input.disease, now);
  const order = await deps.db.tx(orderFor);
  if (isRefusal(order)) return order;
  const within = reachIn(input.areaPrefix ?? prefixOf(actor.areaCode));
  const isInside = (row: number, areaCode: string): boolean => {
    const isOurs = areaCode.startsWith(within);
    if (isOurs && (!order || reaches(order, areaCode))) return true;
    faults.push({ row, path: 'areaCode', text: isOurs ? BEYOND_ORDER : ELSEWHERE });
    return false;
  };
  // Who says of themselves that they lie elsewhere gets no file here.
  const isDrill = order !== undefined && isExercise(order);
  const rows = named.filter(
    (row) =>
      (!row.areaCode || isInside(row.row, row.areaCode)) && (!isDrill || isMadeUp(row, faults)),
  );
  let imported = 0;
  for (let i = 0; i < rows.length; i += CHUNK) {
    const chunk = { rows: rows.slice(i, i + CHUNK), source: input.source, order };
    const members = await resolveRows(deps, list, chunk, { faults, isInside }, now);
    const written = await deps.db.tx(async (tx) => {
      const locked = await lockedList(tx, list.id);
      if (isRefusal(locked)) return locked;
      const still = await orderFor(tx);
      if (isRefusal(still)) return still;
      const persons = members.map((member) => member.subjectId);
      const tooMany = still ? undefined : await fewToday(tx, actor, persons, now);
      if (tooMany) return tooMany;
      await writeChunk(tx, deps, { actor, list, order: still, members }, now);
      return members.length;
    });
    if (isRefusal(written)) return written;
    imported += written;
  }
  const shown = faults.slice(0, FAULTS_SHOWN);
  const mandateId = order?.id ?? null;
  return { received, imported, faults: shown, faultsTotal: faults.length, mandateId };
}

const bulkOf = (list: WatchList, input: ImportInput, persons: number) => ({
  kind: 'list.import' as const,
  persons,
  incident: input.incident,
  said: [list.purpose.zh, list.purpose.en, input.source],
  digest: createHash('sha256').update(`${list.id}\n${input.text}`).digest(),
});

/** An exercise lists people whose documents no state issues. */
function isMadeUp(row: ImportRow, faults: ImportFault[]): boolean {
  if (row.idType === 'passport' && SYNTHETIC_ID.test(row.idNo)) return true;
  faults.push({ row: row.row, path: 'idNo', text: SYNTHETIC_ONLY });
  return false;
}

/** Undefined for a few; else the order that reaches where the first of them live. */
async function orderOf(
  tx: Tx,
  actor: Actor,
  rows: readonly ImportRow[],
  disease: string | undefined,
  now: number,
): Promise<Mandate | Refusal | undefined> {
  if (rows.length <= OPEN_PERSONS_MAX) return undefined;
  const areaCode = rows.find((row) => row.areaCode !== '')?.areaCode ?? actor.areaCode;
  return underMandate(tx, 'bulk_lists', { areaCode, disease }, now);
}

type Chunk = {
  readonly actor: Actor;
  readonly list: WatchList;
  readonly order: Mandate | undefined;
  readonly members: readonly MemberRow[];
};

/** Members, the decision about each, one entry: together or not at all. */
async function writeChunk(
  tx: Tx,
  { keys, vault: house }: Pick<ImportDeps, 'keys' | 'vault'>,
  it: Chunk,
  now: number,
): Promise<void> {
  const { actor, list, order, members } = it;
  const vault = order && keys.vaultFor(order.id);
  if (order && vault) await writeSealed(tx, vault, order, list.id, members);
  else await writeMembers(tx, house, list.id, members);
  const words = { zh: `列入名单“${list.words.zh}”`, en: `Put on the list "${list.words.en}"` };
  await recordDecisions(
    tx,
    members.map((member) => ({
      personId: vault ? null : member.subjectId,
      kind: 'list' as const,
      ref: `list:${list.id}`,
      inputs: { from: member.from, until: member.until },
      tree: null,
      deciderId: actor.id,
      words,
      at: now,
      until: order ? Math.min(member.until, order.endsAt) : member.until,
      ...(order && vault
        ? {
            mandateId: order.id,
            mark: vault.blindIndex('decision', String(member.subjectId)),
            sealed: vault.seal(JSON.stringify({ person: member.subjectId })),
          }
        : {}),
    })),
  );
  await changed(tx, list.id, now);
  await writeEntry(tx, {
    at: now,
    actor,
    action: 'list.import',
    subject: `list:${list.id}:import`,
    purpose: '',
    areaCode: actor.areaCode,
    // Under an order the trace names nobody either: the sealed decision tells a person why.
    persons: order ? [] : members.map((member) => member.subjectId),
    mandateId: order?.id,
  });
}

const PLACE_LIST = refuse('conflict', 'place-list', {
  zh: '地点名单不能按证件导入：请逐个加入地点',
  en: 'A list of places takes no documents: add the places one by one',
});
const BEYOND_ORDER = { zh: '不在命令的区域内', en: 'It lies outside the area of the order' };
const SYNTHETIC_ONLY = {
  zh: '演练命令只能列入虚拟人员（护照号 EXR 加六位数字）',
  en: 'An exercise lists synthetic people only (passports EXR and six digits)',
};
const ELSEWHERE = { zh: '不在您的辖区内', en: 'It lies outside your area' };

async function resolveRows(
  deps: ImportDeps,
  list: WatchList,
  {
    rows,
    source,
    order,
  }: { rows: readonly ImportRow[]; source: string; order?: Mandate | undefined },
  { faults, isInside }: { faults: ImportFault[]; isInside: (row: number, area: string) => boolean },
  now: number,
): Promise<MemberRow[]> {
  const vault = order && deps.keys.vaultFor(order.id);
  // Which list it was would outlive the order in the person's file: nobody can undo this mark.
  const recordOf = (row: ImportRow): string =>
    vault
      ? `import:${vault.blindIndex('import row', `${row.idType} ${row.idNo} ${row.name}`).toString('hex')}`
      : `list:${list.id}:${row.row}`;
  const seen = rows.map((row) => ({
    idType: row.idType,
    idNo: row.idNo,
    name: row.name,
    phone: row.phone,
    areaCode: row.areaCode,
    at: now,
    sourceId: 0,
    record: recordOf(row),
  }));
  const on = order && isExercise(order) ? syntheticDb(deps.db) : deps.db;
  const found = await deps.resolver.resolve(on, seen, now);
  const members = new Map<number, MemberRow>();
  rows.forEach((row, i) => {
    const who = found[i];
    if (!who || who.person === 0) {
      const en = 'The row names nobody';
      faults.push({ row: row.row, path: 'idNo', text: { zh: '此行未能对应到人', en } });
      return;
    }
    const from = Number.isNaN(row.from) ? now - COUNTS_BACK : row.from;
    const until = Number.isNaN(row.until)
      ? Math.max(from, now) + list.defaultHours * HOUR
      : row.until;
    const areaCode = who.areaCode || row.areaCode;
    if (!isInside(row.row, areaCode)) return;
    members.set(who.person, {
      subjectId: who.person,
      areaCode,
      from,
      until: Math.max(until, from + 1),
      source,
      reason: row.reason,
    });
  });
  return [...members.values()];
}
