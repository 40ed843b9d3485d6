import type { Tx } from '#platform/db/index.ts';

/** A fact that a reaction could not hear; `waiting` others stand behind it. */
export type ParkedFact = {
  readonly reaction: string;
  readonly fact: number;
  readonly kind: string;
  readonly key: string;
  readonly attempts: number;
  readonly error: string;
  readonly since: number;
  readonly waiting: number;
};

const PARKED_MAX = 500;

/** What needs a person's look, oldest first, at most 500. */
export const parked = (tx: Tx): Promise<ParkedFact[]> =>
  tx.rows<ParkedFact>(
    `select p.reaction, p.fact, f.kind, f.key, p.attempts, p.error, p.since,
       (select count(*) from outbox.parked w
        where w.reaction = p.reaction and w.stream = p.stream and w.state = 'waiting') as waiting
     from outbox.parked p join outbox.facts f on f.id = p.fact
     where p.state = 'parked' order by p.since, p.fact limit $1`,
    [PARKED_MAX],
  );

/** Lets a parked fact be heard again, with all its tries anew. False when it is not parked. */
export const retryParked = async (
  tx: Tx,
  reaction: string,
  fact: number,
  now: number,
): Promise<boolean> =>
  (await tx.run(
    `update outbox.parked set state = 'retrying', attempts = 0, next_at = $3
     where reaction = $1 and fact = $2 and state = 'parked'`,
    [reaction, fact, new Date(now)],
  )) === 1;
