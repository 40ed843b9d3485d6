import { isRefusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { type Route, route } from '#platform/http/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { namesOf, requireFresh } from '#registers/access/index.ts';
import { type AlarmView, judgeAlarm as judgeEndpoint, listAlarms } from './contract.ts';
import { judgeAlarm } from './judge.ts';
import { ALARM_WORDS } from './model.ts';
import { TRAIT_WORDS } from './refusals.ts';
import { type Alarm, alarmById, alarmsPage } from './store.ts';

export type MisuseDeps = { readonly vault: Vault };

export const misuseRoutes = ({ vault }: MisuseDeps): Route[] => [
  route(listAlarms, ({ db, scope, query }) =>
    db.read(async (tx) => {
      const page = await alarmsPage(tx, scope.areaPrefix, query);
      return { rows: await viewsOf(tx, vault, page.rows), next: page.next };
    }),
  ),
  route(judgeEndpoint, async ({ db, once, scope, params, body, now }) => {
    const stale = requireFresh(scope.actor, now);
    if (stale) return stale;
    const input = { id: params.id, judgement: body.judgement, note: vault.seal(body.note) };
    // Only the id is kept under the key; the note stands sealed and nowhere else.
    const done = await once(async (tx) => {
      const judged = await judgeAlarm(tx, scope, input, now);
      return isRefusal(judged) ? judged : { id: judged.id };
    });
    if (isRefusal(done)) return done;
    return db.read(async (tx) => {
      const alarm = await alarmById(tx, scope.areaPrefix, done.id);
      const [view] = await viewsOf(tx, vault, alarm ? [alarm] : []);
      return view ?? GONE;
    });
  }),
];

const GONE = refuse('missing', 'no-alarm', {
  zh: '没有这条报警，或不在您的辖区。',
  en: 'There is no such alarm in your area.',
});

async function viewsOf(tx: Tx, vault: Vault, alarms: readonly Alarm[]): Promise<AlarmView[]> {
  const ids = alarms.flatMap((it) => [it.actorId, it.judgedBy ?? 0]);
  const names = await namesOf(tx, [...new Set(ids)]);
  return alarms.map(({ note, judgedBy, ...alarm }) => ({
    ...alarm,
    kindWords: ALARM_WORDS[alarm.kind],
    actorName: names.get(alarm.actorId) ?? '',
    traitWords: alarm.figures.trait ? TRAIT_WORDS[alarm.figures.trait] : null,
    judgedByName: judgedBy === null ? null : (names.get(judgedBy) ?? ''),
    note: note ? vault.open(note) : '',
  }));
}
