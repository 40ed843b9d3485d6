import type { Actor, Scope } from '../../src/base/access.ts';
import { HOUSE } from '../../src/base/access.ts';
import { prefixOf } from '../../src/base/areas.ts';
import { isRefusal, type Refusal } from '../../src/base/refusal.ts';
import type { RuleDoc } from '../../src/base/rules.ts';
import { factOf } from '../../src/facts/index.ts';
import type { Db } from '../../src/platform/db/index.ts';
import { drain, type Reactions, tell } from '../../src/platform/outbox/index.ts';
import { vaultOf } from '../../src/platform/secrets/index.ts';
import { createActor, type Role } from '../../src/registers/access/index.ts';
import { importPosts } from '../../src/registers/agencies/index.ts';
import { importAreas } from '../../src/registers/areas/index.ts';
import {
  dispatchForAlert,
  tightenForAlert,
  withdrawForAlert,
} from '../../src/response/tasks/index.ts';
import { closeForTask, considerSignals, linkTask, noteTask } from '../../src/watch/alerts/index.ts';
import { freshDatabase } from './database.ts';

/** The vault of these tests, and words sealed with it. */
export const VAULT = vaultOf([{ id: 1, key: Buffer.alloc(32, 7) }]);
export const said = (text: string): Buffer => VAULT.seal(text);

/** A Monday morning in the city, epoch ms. */
export const T0 = Date.parse('2026-03-02T09:00:00+08:00');
export const CITY = '429900000000';
export const DISTRICT = '429901000000';
export const STREET = '429901001000';
export const COMMUNITY = '429901001001';
export const NEIGHBOUR = '429901002001';
const OTHER_STREET = '429901002000';
const FAR = '429902000000';

const AREAS = [CITY, DISTRICT, FAR, STREET, OTHER_STREET, COMMUNITY, NEIGHBOUR];
const POSTS: [string, 'dispatch' | 'field' | 'investigation', string[]][] = [
  [CITY, 'dispatch', ['chief']],
  [DISTRICT, 'dispatch', ['district']],
  [DISTRICT, 'investigation', ['sleuth']],
  [STREET, 'dispatch', ['street']],
  [OTHER_STREET, 'dispatch', []],
  [COMMUNITY, 'field', ['worker', 'second']],
  [NEIGHBOUR, 'field', ['neighbour']],
];
const ACTORS: [string, Role, string][] = [
  ['chief', 'commander', CITY],
  ['epi', 'epidemiologist', CITY],
  ['district', 'district_officer', DISTRICT],
  ['sleuth', 'investigator', DISTRICT],
  ['street', 'street_officer', STREET],
  ['worker', 'community_worker', COMMUNITY],
  ['second', 'community_worker', COMMUNITY],
  ['neighbour', 'community_worker', NEIGHBOUR],
];

export const ruleDoc = (more: Partial<RuleDoc> = {}): RuleDoc => ({
  id: 'fever-purchase',
  title: { zh: '风险区来者购退热药', en: 'Antipyretic after a risk area' },
  basis: { zh: '测试', en: 'test' },
  level: 3,
  match: { type: 'R1', on: ['pharmacy_sale'] },
  groupBy: 'person',
  groupHours: 72,
  suppressHours: 24,
  task: 'phone_check',
  ...more,
});

export type SignalInput = {
  rule?: RuleDoc;
  at?: number;
  personId?: number | null;
  placeId?: number | null;
  areaCode?: string;
  kinds?: string[];
};

/** The reactions of alerts and tasks as entry wires them, without the rooms around. */
export const LOOP: Reactions = {
  'signals.found': [{ name: 'alerts.considerSignals', react: considerSignals }],
  'alert.raised': [{ name: 'tasks.dispatchForAlert', react: dispatchForAlert }],
  'alert.grown': [{ name: 'tasks.tightenForAlert', react: tightenForAlert }],
  'alert.closed': [{ name: 'tasks.withdrawForAlert', react: withdrawForAlert }],
  'task.dispatched': [{ name: 'alerts.linkTask', react: linkTask }],
  'task.changed': [{ name: 'alerts.noteTask', react: noteTask }],
  'task.closed': [{ name: 'alerts.closeForTask', react: closeForTask }],
};

/** A small city with posts, people on duty, and the loop from signals to closed tasks. */
export async function smallCity() {
  const { db, url, workerUrl, asOwner, drop } = await freshDatabase();
  const actors = await seed(db);
  const actor = (login: string): Actor => {
    const found = actors.get(login);
    if (!found) throw new Error(`no actor ${login}`);
    return found;
  };
  const scope = (login: string): Scope => ({
    actor: actor(login),
    areaPrefix: prefixOf(actor(login).areaCode),
    purpose: 'test',
  });
  let signals = 0;
  /** Puts signals where the matcher would and tells of them, as one fact. */
  const signal = async (inputs: SignalInput[], foundAt = T0): Promise<number[]> =>
    db.tx(async (tx) => {
      const ids: number[] = [];
      for (const input of inputs) {
        const doc = input.rule ?? ruleDoc();
        await tx.run(
          `insert into rules.rule_version (rule_id, version, state, doc, author_id, author_name,
             created_at) values ($1, 1, 'active', $2, 1, 'test', $3) on conflict do nothing`,
          [doc.id, JSON.stringify(doc), new Date(T0)],
        );
        const records = (input.kinds ?? ['pharmacy_sale']).map((kind, i) => ({
          id: 1000 + signals * 10 + i,
          kind,
          at: input.at ?? T0,
          personId: input.personId ?? null,
          placeId: input.placeId ?? null,
          areaCode: input.areaCode ?? COMMUNITY,
          columns: { temperature: 38.5 },
        }));
        const row = await tx.row<{ id: number }>(
          `insert into signals.signal (key, rule_id, rule_version, level, at, found_at, person_id,
             place_id, area_code, evidence) values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9)
           returning id`,
          [
            `key ${signals++}`,
            doc.id,
            doc.level,
            new Date(input.at ?? T0),
            new Date(foundAt),
            input.personId === undefined ? 1 : input.personId,
            input.placeId ?? null,
            input.areaCode ?? COMMUNITY,
            JSON.stringify({ records, why: [] }),
          ],
        );
        if (row) ids.push(row.id);
      }
      await tell(tx, factOf('signals.found', 1, { signalIds: ids }));
      return ids;
    });
  const hear = (now = T0, options: { hearTwice?: boolean } = {}) =>
    drain(db, LOOP, () => now, options);
  return { db, url, workerUrl, asOwner, drop, actor, scope, signal, hear };
}

async function seed(db: Db): Promise<Map<string, Actor>> {
  return db.tx(async (tx) => {
    const words = (code: string) => ({ zh: `区域${code}`, en: `Area ${code}` });
    const areas = AREAS.map((code) => ({ code, name: words(code), lat: 30, lon: 114 }));
    sure(await importAreas(tx, HOUSE, areas, T0));
    const actors = new Map<string, Actor>();
    for (const [login, role, areaCode] of ACTORS) {
      const input = { login, name: login, roles: [role], areaCode, password: null };
      actors.set(login, sure(await createActor(tx, HOUSE, input, T0)));
    }
    const posts = POSTS.map(([areaCode, kind, members]) => ({
      code: `P${areaCode}-${kind}`,
      areaCode,
      kind,
      name: { zh: `岗位${kind}${areaCode}`, en: `Post ${kind} ${areaCode}` },
      agency: { zh: '机构', en: 'Agency' },
      members,
    }));
    sure(await importPosts(tx, HOUSE, posts, T0));
    await tx.run(
      `insert into people.person (id, status, area_code, made_at)
        select n, 'identified', $1, $2 from generate_series(1, 50) n`,
      [COMMUNITY, new Date(T0)],
    );
    return actors;
  });
}

/** The answer of a verb that must not refuse. */
export function sure<T>(answer: T | Refusal): T {
  if (isRefusal(answer))
    throw new Error(`refused: ${answer.code} ${JSON.stringify(answer.errors)}`);
  return answer;
}

/** The code of a verb that must refuse. */
export function codeOf(answer: unknown): string {
  if (!isRefusal(answer)) throw new Error('expected a refusal');
  return answer.code;
}
