import { HOUSE } from '#base/access.ts';
import type { Words } from '#base/words.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { clockMs, ladderNamed } from '../ladder.ts';
import { areaAt, type Clock, missedAt, nextWatch, tierAbove } from '../model.ts';
import { enter, patchTask, TASK, type Task, tellEscalated } from '../store.ts';
import { postAt } from './arrive.ts';

/** Tasks looked at in one transaction; a longer backlog takes several. */
export const SWEEP_MAX = 200;

const CLOCK_WORDS: Record<Clock, Words> = {
  accept: { zh: '接收超时', en: 'not accepted in time' },
  answer: { zh: '反馈超时', en: 'not answered in time' },
  close: { zh: '办结超时', en: 'not closed in time' },
};

/**
 * Finds missed clocks, writes each breach once, and tells the post above; if nothing happens within
 * the ladder's `again` interval, the one above that, up to the city. The task stays where it lies:
 * who is told may take over, supervise or pass it. Twice at the same `now` changes nothing the
 * second time. Answers how many tasks were escalated.
 */
export async function escalateOverdue(db: Db, now: number): Promise<number> {
  let escalated = 0;
  for (;;) {
    const looked = await db.tx(async (tx) => {
      const tasks = await tx.rows<Task>(
        `select ${TASK} from tasks.task where watch_at <= $1
          order by watch_at limit ${SWEEP_MAX} for update skip locked`,
        [new Date(now)],
      );
      for (const task of tasks) if (await escalate(tx, task, now)) escalated++;
      return tasks.length;
    });
    if (looked < SWEEP_MAX) return escalated;
  }
}

async function escalate(tx: Tx, task: Task, now: number): Promise<boolean> {
  const missed = missedAt(task, now);
  const fresh = await saveBreaches(tx, task, missed, now);
  const above = missed.length > 0 ? tierAbove(task.escalatedTo ?? task.tier) : undefined;
  const area = above && areaAt(task.hopArea, above);
  const post = above && area ? await postAt(tx, area, above) : undefined;
  const again = above ? now + clockMs(ladderNamed(task.ladder), task.level, 'again', above) : null;
  const told = await patchTask(
    tx,
    task.id,
    {
      breaches: task.breaches + fresh,
      watch_at: nextWatch([task.dueAt, task.closeDueAt, again], now),
      ...(above ? { escalated_to: above } : {}),
    },
    now,
  );
  const first = missed[0];
  if (!first || (!above && fresh === 0)) return false;
  const note = CLOCK_WORDS[first.clock].zh;
  await enter(
    tx,
    HOUSE,
    task.id,
    { what: 'escalate', note, from: task.postWords, to: post?.name ?? null },
    now,
  );
  await tellEscalated(tx, told, first.clock);
  return true;
}

async function saveBreaches(
  tx: Tx,
  task: Task,
  missed: readonly { clock: Clock; dueAt: number }[],
  now: number,
): Promise<number> {
  let fresh = 0;
  for (const { clock, dueAt } of missed)
    fresh += await tx.run(
      `insert into tasks.breach (task_id, seq, clock, tier, post_words, area_code, due_at, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (task_id, seq, clock, due_at) do nothing`,
      [
        task.id,
        task.seq,
        clock,
        task.tier,
        task.postWords ? JSON.stringify(task.postWords) : null,
        task.hopArea,
        new Date(dueAt),
        new Date(now),
      ],
    );
  return fresh;
}
