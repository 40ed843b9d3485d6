import { createHash } from 'node:crypto';
import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { isoOf } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { canonicalJson, signDocument, type Signed, type Signer } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { z } from 'zod';
import { type Certificate, LIMITS, type Mandate, type witnessView } from './contract.ts';

type Paper = Record<string, unknown>;
export type WitnessView = z.infer<typeof witnessView>;

/** What stays when an order is destroyed, and why. */
const REMAINS = [
  {
    what: 'mandates.mandate, mandates.destruction',
    zh: '命令本身与销毁经过：公开与监督所需，不含个人信息',
    en: 'The order and how it was destroyed: public law, about nobody',
  },
  {
    what: 'trace.entry',
    zh: '谁在何时依此命令看过谁的信息：个人的知情权与追责所需（个人信息保护法第四十五、五十一条）',
    en: 'Who read about whom under the order, and when: what people may know, and who answers for it (PIPL Arts 45, 51)',
  },
  {
    what: 'alerts, tasks',
    zh: '命令期间已处置的预警与任务：按各自的保存期限',
    en: 'Alerts and tasks handled meanwhile: kept by clocks of their own',
  },
  {
    what: 'backups',
    zh: '备份中的密文：密钥从不备份，已销毁，任何人不能再打开',
    en: 'Sealed rows in backups: their key was never backed up and is destroyed, nobody can open them',
  },
];

export const hashOf = (document: unknown): string =>
  createHash('sha256').update(canonicalJson(document)).digest('hex');

/**
 * Signs what was destroyed: the order's facts, rows per table with the hash over their marks, the
 * fingerprint of the key that is gone, and what remains and why (突发事件应对法 Art 85). Idempotent:
 * the first paper stays.
 */
export async function certify(tx: Tx, signer: Signer, order: Mandate, now: number): Promise<void> {
  const stores = await tx.rows<{ store: string; rows: number; chain: string; at: number }>(
    `select store, rows, chain, finished_at as at from mandates.destruction
     where mandate_id = $1 order by store`,
    [order.id],
  );
  const document = {
    kind: 'fenghuo/destruction-certificate/1',
    mandate: {
      id: order.id,
      documentNo: order.documentNo,
      authority: order.authority,
      functions: order.functions,
      articles: order.articles,
      areas: order.areas,
      disease: order.disease,
      startsAt: isoOf(order.startsAt),
      endedAt: isoOf(order.overAt),
      ending: order.ending,
      proposedUnit: order.proposedUnit,
      approvedUnit: order.decidedUnit,
      retentionDays: order.retention,
    },
    destroyed: stores.map((it) => ({
      store: it.store,
      rows: it.rows,
      chain: it.chain,
      finishedAt: isoOf(it.at),
    })),
    chain:
      'c0 = SHA-256("fenghuo destruction " + store); ci = SHA-256(hex(ci-1) + hex(mark i)), marks ascending',
    key: {
      fingerprint: order.keyFingerprint,
      fingerprintOf: 'SHA-256("fenghuo mandate key" + key)',
      state: 'overwritten, unlinked, not found afterwards; never backed up',
      destroyedAt: isoOf(now),
    },
    remains: REMAINS,
    by: 'house',
    at: isoOf(now),
  };
  await tx.run(
    `insert into mandates.certificate (mandate_id, body, hash, made_at)
     values ($1, $2::jsonb, $3, $4) on conflict do nothing`,
    [order.id, JSON.stringify(signDocument(signer, document)), hashOf(document), new Date(now)],
  );
}

/** The certificate with its witnesses, as it is downloaded. */
export async function certificateOf(tx: Tx, mandateId: number): Promise<Certificate | undefined> {
  const row = await tx.row<{ body: Signed<Paper>; hash: string }>(
    'select body, hash from mandates.certificate where mandate_id = $1',
    [mandateId],
  );
  if (!row) return undefined;
  const witnesses = await tx.rows<{ body: Signed<Paper> }>(
    'select body from mandates.witness where mandate_id = $1 order by id',
    [mandateId],
  );
  return { ...row.body, hash: row.hash, witnesses: witnesses.map((it) => it.body) };
}

export const NO_CERTIFICATE = refuse('missing', 'no-certificate', {
  zh: '还没有销毁证明：密钥销毁之后才会签发。',
  en: 'There is no certificate yet: it is signed once the key is destroyed.',
});
const OWN_ORDER = refuse('forbidden', 'same-hand', {
  zh: '提请或批准这份命令的人不能作见证。',
  en: 'Who proposed or approved the order cannot witness its destruction.',
});
const WITNESSED = refuse('conflict', 'witnessed', {
  zh: '您已见证过，或见证人数已满。',
  en: 'You have witnessed it already, or there are enough witnesses.',
});

/**
 * A witness's countersignature: what they say, over the hash of the certificate, entered by one
 * who neither proposed nor approved.
 */
export async function witnessDestruction(
  tx: Tx,
  signer: Signer,
  actor: Actor,
  input: { order: Mandate; name: string; organisation: string; statement: string },
  now: number,
): Promise<WitnessView | Refusal> {
  const { order, name, organisation, statement } = input;
  const certificate = await certificateOf(tx, order.id);
  if (!certificate) return NO_CERTIFICATE;
  if (actor.id === order.proposedBy || actor.id === order.decidedBy) return OWN_ORDER;
  if (certificate.witnesses.length >= LIMITS.witnessesMax) return WITNESSED;
  const said = { name, organisation, statement, certificateHash: certificate.hash };
  const paper = { kind: 'fenghuo/witness/1', ...said, mandateId: order.id, at: isoOf(now) };
  const added = await tx.run(
    `insert into mandates.witness (mandate_id, body, actor_id, at) values ($1, $2::jsonb, $3, $4)
     on conflict do nothing`,
    [order.id, JSON.stringify(signDocument(signer, paper)), actor.id, new Date(now)],
  );
  if (added === 0) return WITNESSED;
  const line = { at: now, actor, action: 'mandate.witness', subject: `mandate:${order.id}` };
  await writeEntry(tx, { ...line, purpose: '', areaCode: actor.areaCode, mandateId: order.id });
  return { ...said, at: now };
}
