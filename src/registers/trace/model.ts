import { createHash } from 'node:crypto';
import type { Words } from '#base/words.ts';

/** A stored entry with every column, as the chain sees it. Instants in microseconds. */
export type ChainedEntry = {
  readonly id: number;
  readonly xid: string;
  readonly atMicros: number;
  readonly actorId: number;
  readonly roles: string;
  readonly unit: string;
  readonly action: string;
  readonly subject: string;
  readonly purpose: string;
  readonly areaCode: string;
  readonly persons: readonly number[];
  readonly mandateId: number | null;
};

/** The columns of an entry for the chain; every one of them is under the hash. */
export const CHAINED = `e.id, e.xid::text as xid,
  (extract(epoch from e.at) * 1000000)::bigint as "atMicros", e.actor_id as "actorId", e.roles,
  e.unit, e.action, e.subject, e.purpose, e.area_code as "areaCode", e.persons,
  e.mandate_id as "mandateId"`;

export const ALGORITHMS = ['sha256', 'sm3'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];
export const isAlgorithm = (name: string): name is Algorithm =>
  (ALGORITHMS as readonly string[]).includes(name);

/** What stands before the first link. */
export const GENESIS = Buffer.alloc(32);
/** First in what is hashed: columns that come later make another format, old links keep theirs. */
const FORMAT = 'fenghuo entry 1';

/** The hash of a link: H(hash before ‖ entry), the entry as a JSON array in one fixed order. */
export function linkHash(
  algorithm: Algorithm,
  before: Uint8Array,
  seq: number,
  it: ChainedEntry,
): Buffer {
  const text = JSON.stringify([
    FORMAT,
    seq,
    it.id,
    it.xid,
    it.atMicros,
    it.actorId,
    it.roles,
    it.unit,
    it.action,
    it.subject,
    it.purpose,
    it.areaCode,
    it.persons,
    it.mandateId,
  ]);
  return createHash(algorithm).update(before).update(text).digest();
}

/** What a checkpoint signs: the chain had `seq` links, the newest with this hash, at `at` (ms). */
export type Checkpoint = {
  readonly kind: 'fenghuo.checkpoint.1';
  readonly seq: number;
  readonly at: number;
  readonly algorithm: string;
  /** Hex. */
  readonly hash: string;
};

export type FaultKind =
  | 'entry-changed'
  | 'entry-missing'
  | 'entry-unlinked'
  | 'link-changed'
  | 'link-missing'
  | 'checkpoint-signature'
  | 'checkpoint-unreadable'
  | 'checkpoint-missing'
  | 'chain-rewritten'
  | 'chain-short';

/** One thing that is not as it was written. */
export type TraceFault = {
  readonly kind: FaultKind;
  readonly seq: number;
  readonly entryId: number | null;
};

const AT = (it: TraceFault): Words => {
  const [zh, en] =
    it.entryId === null ? ['', ''] : [`（记录 ${it.entryId}）`, ` (entry ${it.entryId})`];
  return { zh: `第 ${it.seq} 环${zh}`, en: `link ${it.seq}${en}` };
};
const SAY: Record<FaultKind, Words> = {
  'entry-changed': {
    zh: '记录与链接时不同，已被改动',
    en: 'the entry is not what was linked: it was changed',
  },
  'entry-missing': { zh: '记录已被删除', en: 'the entry is missing: it was removed' },
  'entry-unlinked': {
    zh: '记录未入链，且已过十分钟',
    en: 'the entry stands outside the chain, though it is older than ten minutes',
  },
  'link-changed': { zh: '链环的散列值已被改动', en: 'the hash of the link was changed' },
  'link-missing': { zh: '链环已被删除', en: 'the link is missing: it was removed' },
  'checkpoint-signature': {
    zh: '检查点签名不符，或非本系统密钥所签',
    en: 'the signature of the checkpoint is wrong, or of a key that is not ours',
  },
  'checkpoint-unreadable': { zh: '检查点无法读取', en: 'the checkpoint cannot be read' },
  'checkpoint-missing': {
    zh: '文件中的检查点在数据库中不存在',
    en: 'a checkpoint of the file is missing in the database',
  },
  'chain-rewritten': {
    zh: '链与签名检查点不符：此前的部分已被重写',
    en: 'the chain differs from a signed checkpoint: it was written anew up to here',
  },
  'chain-short': {
    zh: '链短于签名检查点：最新的部分已被截去，或数据库被整体替换',
    en: 'the chain is shorter than a signed checkpoint: its end was cut, or the database replaced',
  },
};

/** The fault in a sentence: which link or entry, and what is wrong with it. */
export const wordsOfFault = (it: TraceFault): Words => ({
  zh: `${AT(it).zh}：${SAY[it.kind].zh}。`,
  en: `${AT(it).en}: ${SAY[it.kind].en}.`,
});
