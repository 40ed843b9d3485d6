import { isRefusal, type Refusal } from '#base/refusal.ts';
import type { Scope } from '#base/access.ts';
import { type Route, route } from '#platform/http/index.ts';
import { areaWordsOf } from '#registers/areas/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { sealNote } from '#platform/secrets/index.ts';
import { guardBulk } from '#registers/misuse/index.ts';
import { BULK_MAX, executeBulk, previewBulk, undoBulk } from './moves/bulk.ts';
import { close, reopen } from './moves/close.ts';
import * as api from './contract.ts';
import { detailOf, historyOf, signalsPage } from './reads/detail.ts';
import { precisionPage } from './reads/precision.ts';
import { alertById, alertsPage, countAlerts } from './reads/lists.ts';
import { type Alert, NO_ALERT } from './store.ts';
import { acknowledge, assign, comment, start } from './moves/triage.ts';
import { type Registers, rowsOf } from './reads/view.ts';

/** What the routes need: the registers for words, and chance for bulk tokens. */
export type AlertDeps = Registers & { readonly chance: (bytes: number) => Uint8Array };

/** The requests of this room. */
export const alertRoutes = (deps: AlertDeps): Route[] => [
  ...readRoutes(deps),
  ...moveRoutes(deps),
  ...bulkRoutes(deps),
];

const readRoutes = (deps: AlertDeps): Route[] => [
  route(api.listAlerts, ({ db, scope, query }) =>
    db.read(async (tx) => {
      const page = await alertsPage(tx, scope, query);
      return { rows: await rowsOf(tx, scope, deps, page.rows), next: page.next };
    }),
  ),
  route(api.countAlerts, async ({ db, scope, query, now }) => ({
    rows: await db.read((tx) => countAlerts(tx, scope, query.areaCode)),
    asOf: now,
  })),
  route(api.rulePrecision, ({ db, query }) => db.read((tx) => precisionPage(tx, query))),
  route(api.readAlert, ({ db, scope, params }) =>
    db.read(async (tx) => {
      const alert = await alertById(tx, scope, params.id);
      return alert ? detailOf(tx, scope, deps, alert) : NO_ALERT;
    }),
  ),
  route(api.listAlertSignals, ({ db, scope, params, query }) =>
    db.read(async (tx) =>
      (await alertById(tx, scope, params.id)) ? signalsPage(tx, deps, params.id, query) : NO_ALERT,
    ),
  ),
];

/** Runs a verb once per key and answers the alert as a row. */
const moved =
  (deps: AlertDeps, scope: Scope, verb: (tx: Tx) => Promise<Alert | Refusal>) => async (tx: Tx) => {
    const alert = await verb(tx);
    if (isRefusal(alert)) return alert;
    const [row] = await rowsOf(tx, scope, deps, [alert]);
    return row ?? NO_ALERT;
  };

const moveRoutes = (deps: AlertDeps): Route[] => {
  const note = (text: string | undefined) => sealNote(deps.vault, text);
  return [
    route(api.acknowledgeAlert, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          acknowledge(tx, actor, { ...params, said: note(body.note) }, now),
        ),
      ),
    ),
    route(api.startAlert, ({ once, actor, scope, params, body, now }) =>
      once(moved(deps, scope, (tx) => start(tx, actor, { ...params, said: note(body.note) }, now))),
    ),
    route(api.assignAlert, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          assign(tx, actor, { ...params, to: body.to, said: note(body.note) }, now),
        ),
      ),
    ),
    route(api.closeAlert, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          close(tx, actor, { ...params, ...body, said: note(body.note) }, now),
        ),
      ),
    ),
    route(api.reopenAlert, ({ once, actor, scope, params, body, now }) =>
      once(
        moved(deps, scope, (tx) =>
          reopen(tx, actor, { ...params, said: deps.vault.seal(body.reason) }, now),
        ),
      ),
    ),
    route(api.commentAlert, async ({ db, once, actor, params, body, now }) => {
      // Only the id is kept under the key; the words are read after, so that they stand sealed only.
      const said = deps.vault.seal(body.note);
      const made = await once((tx) => comment(tx, actor, { ...params, said }, now));
      if (isRefusal(made)) return made;
      const lines = await db.read((tx) => historyOf(tx, deps.vault, actor, params.id));
      return lines.find((line) => line.id === made.id) ?? NO_ALERT;
    }),
  ];
};

const bulkRoutes = (deps: AlertDeps): Route[] => [
  route(api.previewBulk, ({ db, scope, body, now }) =>
    db.tx(async (tx) => {
      const token = Buffer.from(deps.chance(24)).toString('base64url');
      const preview = await previewBulk(tx, scope, { ...body, token }, now);
      return {
        ...preview,
        max: BULK_MAX,
        byArea: preview.byArea.map((area) => ({
          ...area,
          areaWords: areaWordsOf(deps.areas, area.areaCode),
        })),
        first: await rowsOf(tx, scope, deps, preview.first),
      };
    }),
  ),
  route(api.executeBulk, async ({ db, once, actor, body, now }) => {
    // Every alert is the incident of its own move: what is left to ask is whether the actor may.
    const misuse = await guardBulk(
      db,
      actor,
      { kind: 'alert.bulk', persons: 0, incident: null },
      now,
    );
    return misuse ?? once((tx) => executeBulk(tx, actor, body, now));
  }),
  route(api.undoBulk, ({ once, actor, params, now }) =>
    once((tx) => undoBulk(tx, actor, params, now)),
  ),
];
