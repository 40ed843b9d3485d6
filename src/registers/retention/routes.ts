import { refuse } from '#base/refusal.ts';
import { DAY, startOfDay } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { type Route, route } from '#platform/http/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { requireFresh } from '#registers/access/index.ts';
import {
  dryRun,
  endHold as endHoldEndpoint,
  listFields,
  listHolds as holdsEndpoint,
  listRuns,
  newHold,
  showCertificate,
  showRun,
  startRun,
} from './contract.ts';
import { fieldsAt } from './fields.ts';
import { endHold, listHolds, putHold } from './holds.ts';
import { askRun, dueNow, fieldsWithCounts, type RetentionDeps, weeksOf } from './run.ts';
import { type Run, runById, runsPage, stepsOf } from './store.ts';

type Deps = Omit<RetentionDeps, 'signer'> & { readonly vault: Vault };

const NO_RUN = refuse('missing', 'no-such-run', {
  zh: '没有这次清理记录。',
  en: 'There is no such run.',
});

/** Further ahead nobody plans: the clocks of the classes change with the law. */
const AHEAD_MAX = 800 * DAY;

const NO_CERTIFICATE = refuse('missing', 'no-certificate', {
  zh: '这次清理尚未结束，还没有证明。',
  en: 'This run has not ended: there is no certificate yet.',
});

/** The routes of the room. `purgers` are the owners' counts, the same the worker removes by. */
export function retentionRoutes(deps: Deps): Route[] {
  const viewsOf = async (tx: Tx, runs: readonly Run[]) => {
    const steps = await stepsOf(
      tx,
      runs.map((run) => run.id),
    );
    const wordsOf = (code: string) =>
      deps.fields.find((it) => it.code === code)?.words ?? { zh: code, en: code };
    return runs.map(({ certificate, ...run }) => {
      const own = steps.filter((step) => step.runId === run.id);
      return {
        ...run,
        rows: own.reduce((sum, step) => sum + step.rows, 0),
        fields: own.map(({ code, before, rows, state }) => ({
          code,
          words: wordsOf(code),
          before,
          rows,
          state,
        })),
        hasCertificate: certificate !== null,
      };
    });
  };
  const viewOf = async (tx: Tx, run: Run) => {
    const [view] = await viewsOf(tx, [run]);
    return view ?? NO_RUN;
  };
  return [
    route(listFields, ({ db, now }) => db.read((tx) => fieldsWithCounts(tx, deps.fields, now))),
    dryRunRoute(deps),
    route(
      startRun,
      async ({ once, actor, now }) =>
        requireFresh(actor, now) ?? once(async (tx) => viewOf(tx, await askRun(tx, actor, now))),
    ),
    route(listRuns, ({ db, query }) =>
      db.read(async (tx) => {
        const page = await runsPage(tx, query);
        return { rows: await viewsOf(tx, page.rows), next: page.next };
      }),
    ),
    route(showRun, ({ db, params }) =>
      db.read(async (tx) => {
        const run = await runById(tx, params.id);
        return run ? viewOf(tx, run) : NO_RUN;
      }),
    ),
    route(showCertificate, ({ db, params }) =>
      db.read(async (tx) => {
        const run = await runById(tx, params.id);
        if (!run) return NO_RUN;
        return run.certificate ? { certificate: run.certificate } : NO_CERTIFICATE;
      }),
    ),
    ...holdRoutes(deps),
  ];
}

/** What would go on a day, counted week by week; nothing is changed. */
const dryRunRoute = (deps: Deps): Route =>
  route(dryRun, async ({ body, now }) => {
    const at = body.on ? Math.min(startOfDay(body.on) + DAY, now + AHEAD_MAX) : now;
    const found = await dueNow({ ...deps, fields: fieldsAt(deps.fields, now) }, at);
    return {
      at,
      rows: found.map(({ field, before, due }) => ({
        code: field.code,
        words: field.words,
        before,
        rows: due.rows,
        oldestAt: due.oldestAt,
        weeks: weeksOf(due),
      })),
    };
  });

const holdRoutes = (deps: Deps): Route[] => [
  route(holdsEndpoint, ({ db, query }) => db.read((tx) => listHolds(tx, deps.vault, query))),
  route(newHold, ({ once, actor, body, now }) =>
    once((tx) => putHold(tx, deps.vault, actor, body, now)),
  ),
  route(endHoldEndpoint, ({ once, actor, params, now }) =>
    once((tx) => endHold(tx, deps.vault, actor, params.id, now)),
  ),
];
