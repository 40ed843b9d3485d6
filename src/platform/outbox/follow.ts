import type { Heard } from '#facts/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { type Bell, newBell } from './bell.ts';
import { settle } from './horizon.ts';
import { CHANNEL } from './tell.ts';

/**
 * `resumeId` is what to follow from later: from there nothing is missed, though the facts of the
 * last moments may come again. It trails the fact's own id until the horizon has passed it (see
 * `settle`).
 */
export type FollowFact = (fact: Heard, resumeId: number) => void;

const READ_MAX = 1_000;
const POLL_MS = 1_000;
/** Facts above the horizon that are remembered; more of them means a transaction open for hours. */
const RECENT_MAX = 50_000;

/**
 * One reader per database for all its followers: a thousand open screens are one query. Every
 * fact up to `low` is in the table for good; every visible one above is in `recent`.
 */
type Hub = {
  readonly followers: Set<FollowFact>;
  readonly recent: Map<number, Heard>;
  readonly bell: Bell;
  low: number;
};
const hubs = new WeakMap<Db, Promise<Hub>>();

/**
 * Hears every kept fact after `fromId`, then every new one within milliseconds of its commit,
 * each once and in order within a stream. `Infinity` starts at now. For screens, not for effects:
 * nothing remembers what was heard. Answers how to stop. A database that is away is waited for.
 */
export async function followFacts(
  db: Db,
  fromId: number,
  hear: FollowFact,
  onError: (fault: unknown) => void = () => undefined,
): Promise<() => void> {
  const hub = await hubOf(db, onError);
  // From here to the first await nothing moves: table, recent and live join without a gap.
  const until = hub.low;
  const recent = [...hub.recent.values()].filter((fact) => fact.id > fromId);
  const meanwhile: [Heard, number][] = [];
  let live: FollowFact = (fact, resumeId) => meanwhile.push([fact, resumeId]);
  const follower: FollowFact = (fact, resumeId) => live(fact, resumeId);
  const stop = (): void => {
    hub.followers.delete(follower);
    hub.bell.ring();
  };
  hub.followers.add(follower);
  try {
    for (let after = fromId; after < until; ) {
      const page = await db.read((tx) => factsBetween(tx, after, until));
      for (const fact of page) hear(fact, fact.id);
      after = page.at(-1)?.id ?? until;
    }
  } catch (fault) {
    stop();
    throw fault;
  }
  for (const fact of recent) hear(fact, until);
  for (const [fact, resumeId] of meanwhile) hear(fact, resumeId);
  live = hear;
  return stop;
}

function hubOf(db: Db, onError: (fault: unknown) => void): Promise<Hub> {
  const known = hubs.get(db);
  if (known) return known;
  const made = newHub(db, onError);
  hubs.set(db, made);
  made.catch(() => hubs.delete(db));
  return made;
}

async function newHub(db: Db, onError: (fault: unknown) => void): Promise<Hub> {
  const hub: Hub = { followers: new Set(), recent: new Map(), bell: newBell(), low: 0 };
  const unlisten = await db.listen(CHANNEL, hub.bell.ring);
  hub.low = await db.read(settledId);
  await look(db, hub);
  const loop = async (): Promise<void> => {
    // The first follower joins right after this; later the loop ends with the last.
    do {
      await hub.bell.wait(POLL_MS);
      await look(db, hub).catch(onError);
    } while (hub.followers.size > 0);
    hubs.delete(db);
    await unlisten();
  };
  loop().catch(onError);
  return hub;
}

/**
 * Passes on what became visible. Facts and horizon are of one snapshot, so up to it nothing is
 * missing.
 */
async function look(db: Db, hub: Hub): Promise<void> {
  await settle(db);
  const [settled, page] = await db.read(async (tx) => [
    await settledId(tx),
    await unseenFacts(tx, hub.low, [...hub.recent.keys()]),
  ]);
  for (const fact of page) {
    hub.recent.set(fact.id, fact);
    for (const hear of hub.followers) hear(fact, Math.min(fact.id, hub.low));
  }
  if (page.length === READ_MAX) return hub.bell.ring();
  hub.low = Math.max(hub.low, settled);
  for (const id of hub.recent.keys()) {
    if (id > hub.low && hub.recent.size <= RECENT_MAX) continue;
    hub.recent.delete(id);
    hub.low = Math.max(hub.low, id);
  }
}

const FACT = 'id, kind, key, body, told_at as "toldAt"';

async function settledId(tx: Tx): Promise<number> {
  return (await tx.row<{ id: number }>('select settled as id from outbox.horizon'))?.id ?? 0;
}

const factsBetween = (tx: Tx, after: number, until: number): Promise<Heard[]> =>
  tx.rows<Heard>(
    `select ${FACT} from outbox.facts where id > $1 and id <= $2 order by id limit $3`,
    [after, until, READ_MAX],
  );

const unseenFacts = (tx: Tx, low: number, seen: readonly number[]): Promise<Heard[]> =>
  tx.rows<Heard>(
    `select ${FACT} from outbox.facts where id > $1 and id <> all($2::bigint[]) order by id limit $3`,
    [low, seen, READ_MAX],
  );
