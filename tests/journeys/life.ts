import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Tx } from '../../src/platform/db/index.ts';
import { until } from '../builders/house.ts';
import type { Story } from './antipyretic.ts';
import type { Stage } from './stage.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/life-of-a-record.md'), 'utf8');

/** What a step left behind: when, where it noted a time; undefined when there is no trace. */
type Trace = { at: number | null } | undefined;

/** One question for each step of the page, in its words; `$1` is the batch, alert or task. */
const ASKED: Record<string, { sql: string; of: (story: Story) => string | number }> = {
  receive: {
    sql: `select started_at as at from sources.batch where id = $1`,
    of: (it) => it.batch,
  },
  log: {
    sql: `select ended_at as at from sources.batch
      where id = $1 and status = 'complete' and received = 1`,
    of: (it) => it.batch,
  },
  decode: {
    sql: `select null::timestamptz as at from sources.batch
      where id = $1 and format = 'csv' and charset = 'gb18030'`,
    of: (it) => it.batch,
  },
  validate: {
    sql: `select null::timestamptz as at from records.batch_count
      where batch_id = $1 and admitted = 1 and quarantined = 0`,
    of: (it) => it.batch,
  },
  resolve: {
    sql: `select null::timestamptz as at from people.statement c
      join sources.source s on s.id = c.source_id
      where c.person = $1 and s.code = 'pharmacy-chain' limit 1`,
    of: (it) => it.personId,
  },
  settle: {
    sql: `select at from records.lineage where trace_id = $1 and step = 'admit'`,
    of: (it) => it.batch,
  },
  lake: {
    sql: `select null::timestamptz as at from records.segment g
      join records.lineage l on l.to_ref = 'segment ' || g.id
      where l.trace_id = $1 and g.loaded_at >= l.at`,
    of: (it) => it.batch,
  },
  match: {
    sql: `select null::timestamptz as at from signals.considered c
      join records.lineage l on l.to_ref = 'segment ' || c.segment where l.trace_id = $1`,
    of: (it) => it.batch,
  },
  signal: {
    sql: `select s.found_at as at from signals.signal s
      join alerts.joined j on j.signal_id = s.id where j.alert_id = $1`,
    of: (it) => it.alertId,
  },
  alert: {
    sql: `select at from alerts.history where alert_id = $1 and what = 'raised'`,
    of: (it) => it.alertId,
  },
  task: {
    sql: `select at from tasks.history where task_id = $1 and what = 'dispatched'`,
    of: (it) => it.taskId,
  },
  answer: { sql: `select at from tasks.answer where task_id = $1`, of: (it) => it.taskId },
  close: {
    sql: `select a.closed_at as at from alerts.alert a
      join tasks.task t on t.alert_id = a.id and t.closed_at <= a.closed_at
      where a.id = $1 and a.outcome = 'excluded'`,
    of: (it) => it.alertId,
  },
  learn: {
    sql: `select null::timestamptz as at from rules.judged_alert j
      join rules.rule_outcome o on o.rule_id = j.rule_id and o.outcome = j.outcome
      where j.alert_id = $1 and j.outcome = 'excluded' and o.n > 0`,
    of: (it) => it.alertId,
  },
};

const traceOf = (tx: Tx, step: string, story: Story): Promise<Trace> => {
  const asked = ASKED[step];
  assert.ok(asked, `the page names a step nobody looks for: ${step}`);
  return tx.row<{ at: number | null }>(asked.sql, [asked.of(story)]);
};

export function life(stage: () => Stage, story: Story): void {
  describe('the page that follows one record', () => {
    test('names files that exist', () => {
      const paths = [...PAGE.matchAll(/`((?:src|web|data|tests|tools)\/[\w./-]+)`/g)].map(
        ([, path = '']) => path,
      );
      assert.ok(paths.length > 20);
      assert.deepEqual(
        paths.filter((path) => !existsSync(join(ROOT, path))),
        [],
      );
    });

    test('names every step, each left its trace, and in that order', async () => {
      const steps = [...PAGE.matchAll(/^\d+\. \*\*(\w+)\*\*/gm)].map(([, step = '']) => step);
      assert.deepEqual(steps, Object.keys(ASKED));
      let last = story.startedAt;
      for (const step of steps) {
        const trace = await until(`a trace of ${step}`, () =>
          stage().db.read((tx) => traceOf(tx, step, story)),
        );
        if (trace.at === null) continue;
        assert.ok(
          trace.at >= last,
          `${step} at ${trace.at} comes before what led to it at ${last}`,
        );
        last = trace.at;
      }
    });

    test('has the lineage of the batch on the desk, from the door to the lake', async () => {
      const steward = await stage().api('data_steward');
      const { body } = await steward.get(`/api/batches/${story.batch}`);
      const steps = (body['timeline'] as { step: string; rows: number }[]).map((it) => it.step);
      assert.deepEqual(steps, ['receive', 'admit', 'load']);
    });
  });
}
