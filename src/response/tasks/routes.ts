import type { Scope } from '#base/access.ts';
import { isRefusal, refuse, type Refusal } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { type Route, route } from '#platform/http/index.ts';
import { areaWordsOf } from '#registers/areas/index.ts';
import { sealNote } from '#platform/secrets/index.ts';
import { mayDo } from '#registers/access/index.ts';
import { guardBulk, noteLooks } from '#registers/misuse/index.ts';
import { reachForHolder } from '#registers/people/index.ts';
import * as api from './contract.ts';
import { answer, close } from './moves/answer.ts';
import { BULK_MAX, countWithoutAlert, executeBulk, previewBulk } from './moves/bulk.ts';
import { accept, giveBack, pass, transfer } from './moves/hops.ts';
import { supervise, undo } from './moves/supervise.ts';
import { boardPage, breachesPage, loadPage } from './reads/board.ts';
import { myTasks, taskById, tasksPage } from './reads/lists.ts';
import { detailOf, type Registers, rowsOf, workOf } from './reads/view.ts';
import { lockTask, NO_TASK, type Task } from './store.ts';

/** What the routes need: the registers for words, the vault, and chance for bulk tokens. */
export type TaskDeps = Registers & { readonly chance: (bytes: number) => Uint8Array };

/** The requests of this room. */
export const taskRoutes = (deps: TaskDeps): Route[] => [
  ...listRoutes(deps),
  ...boardRoutes(deps),
  ...oneRoutes(deps),
  ...moveRoutes(deps),
  ...bulkRoutes(deps),
];

const listRoutes = (deps: TaskDeps): Route[] => [
  route(api.listTasks, ({ db, scope, query, now }) =>
    db.read(async (tx) => {
      const page = await tasksPage(tx, scope, query, now);
      return { rows: await rowsOf(tx, scope, deps, page.rows), next: page.next };
    }),
  ),
  route(api.listMyTasks, ({ db, scope, query }) =>
    db.read(async (tx) => {
      const page = await myTasks(tx, scope, query);
      const rows = await rowsOf(tx, scope, deps, page.rows);
      const full = [];
      for (const [i, task] of page.rows.entries()) {
        const row = rows[i];
        if (row) full.push({ ...row, ...(await workOf(tx, deps, task)) });
      }
      return { rows: full, next: page.next };
    }),
  ),
  route(api.listSupervised, ({ db, scope, query, now }) =>
    db.read(async (tx) => {
      const page = await tasksPage(tx, scope, { ...query, supervised: 'yes' }, now);
      return { rows: await rowsOf(tx, scope, deps, page.rows), next: page.next };
    }),
  ),
];

const boardRoutes = (deps: TaskDeps): Route[] => [
  route(api.readBoard, async ({ db, scope, query, now }) => {
    const codes = [...deps.areas.byCode.values()].flatMap((a) =>
      a.tier === query.tier ? a.code : [],
    );
    const page = await db.read((tx) => boardPage(tx, scope, query, codes, now));
    const rows = page.rows.map((row) => ({
      ...row,
      areaWords: areaWordsOf(deps.areas, row.areaCode),
    }));
    return { rows, next: page.next, asOf: now };
  }),
  route(api.listBreaches, async ({ db, scope, query }) => {
    const page = await db.read((tx) => breachesPage(tx, scope, query));
    const rows = page.rows.map((row) => ({
      ...row,
      areaWords: areaWordsOf(deps.areas, row.areaCode),
    }));
    return { rows, next: page.next };
  }),
  route(api.listLoad, ({ db, scope, query, now }) =>
    db.read((tx) => loadPage(tx, scope, query, now)),
  ),
];

const NOT_HELD = refuse('forbidden', 'not-held', {
  zh: '只有持有该任务的人可以查看联系方式。',
  en: 'Only who holds the task may see how to reach the person.',
});

const REASON_CHARS_MIN = 4;

/** Who holds the task; and who supervises, with a reason of their own words (break-glass). */
function mayReach({ actor, purpose }: Scope, task: Task): boolean {
  if (task.holderId === actor.id) return true;
  const hasReason = purpose.trim().length >= REASON_CHARS_MIN && purpose !== 'task.answer';
  return mayDo(actor, 'task.supervise') && hasReason;
}

const oneRoutes = (deps: TaskDeps): Route[] => [
  route(api.readTask, ({ db, scope, params, now }) =>
    db.read(async (tx) => {
      const task = await taskById(tx, scope, params.id);
      return task ? detailOf(tx, scope, deps, task, now) : NO_TASK;
    }),
  ),
  route(api.revealPhone, ({ db, actor, scope, params, now }) =>
    db.tx(async (tx) => {
      const task = await lockTask(tx, params.id, scope.areaPrefix);
      if (!task?.personId) return NO_TASK;
      if (task.closedAt !== null || !mayReach(scope, task)) return NOT_HELD;
      // The reason the worker gave stands beside the task: the phone promises that it is recorded.
      const input = { id: task.personId, purpose: `task:${task.id} ${scope.purpose}` };
      // Whoever holds the task must reach the person, also one who lives elsewhere.
      const reach = await tx.asHouse(() => reachForHolder(tx, deps.vault, actor, input, now));
      if (isRefusal(reach)) return reach;
      const stopped = await noteLooks(tx, actor, [task.personId], 'reveal', now);
      if (stopped) return stopped;
      const { name, phone, address } = reach;
      return { phones: phone ? [phone] : [], name: name || null, address: address || null };
    }),
  ),
];

/** Answers the task a verb moved, as a row. */
const moved =
  (deps: TaskDeps, scope: Scope, verb: (tx: Tx) => Promise<Task | Refusal>) => async (tx: Tx) => {
    const task = await verb(tx);
    if (isRefusal(task)) return task;
    const [row] = await rowsOf(tx, scope, deps, [task]);
    return row ?? NO_TASK;
  };

const moveRoutes = (deps: TaskDeps): Route[] => {
  const note = (text: string | undefined) => sealNote(deps.vault, text);
  return [
    route(api.acceptTask, ({ once, actor, scope, params, now }) =>
      once(moved(deps, scope, (tx) => accept(tx, actor, params, now))),
    ),
    route(api.passTask, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          pass(tx, actor, { ...params, ...body, said: note(body.note) }, now),
        ),
      ),
    ),
    route(api.returnTask, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          giveBack(tx, actor, { ...params, said: deps.vault.seal(body.reason) }, now),
        ),
      ),
    ),
    route(api.transferTask, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          transfer(tx, actor, { ...params, ...body, said: deps.vault.seal(body.reason) }, now),
        ),
      ),
    ),
    route(api.answerTask, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          answer(tx, deps.vault, actor, { ...params, ...body, said: note(body.note) }, now),
        ),
      ),
    ),
    route(api.closeTask, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          close(tx, deps.vault, actor, { ...params, ...body, said: note(body.note) }, now),
        ),
      ),
    ),
    route(api.superviseTask, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          supervise(tx, actor, { ...params, ...body, said: deps.vault.seal(body.note) }, now),
        ),
      ),
    ),
    route(api.undoTask, ({ once, actor, scope, params, now }) =>
      once(moved(deps, scope, (tx) => undo(tx, actor, params, now))),
    ),
  ];
};

const bulkRoutes = (deps: TaskDeps): Route[] => [
  route(api.previewTaskBulk, ({ db, scope, body, now }) =>
    db.tx(async (tx) => {
      const token = Buffer.from(deps.chance(24)).toString('base64url');
      const preview = await previewBulk(tx, scope, { ...body, token }, now);
      return {
        ...preview,
        max: BULK_MAX,
        byArea: preview.byArea.map((a) => ({
          ...a,
          areaWords: areaWordsOf(deps.areas, a.areaCode),
        })),
        first: await rowsOf(tx, scope, deps, preview.first),
      };
    }),
  ),
  route(api.executeTaskBulk, async ({ db, once, actor, body, now, key }) => {
    // A task of an alert has its incident; the others are counted.
    const persons = await db.read((tx) => countWithoutAlert(tx, actor, body.token));
    const bulk = { kind: 'task.bulk' as const, persons, incident: null, key };
    const misuse = await guardBulk(db, actor, bulk, now);
    return misuse ?? once((tx) => executeBulk(tx, actor, body, now));
  }),
];
