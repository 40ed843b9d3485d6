import type { Actor, Scope } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { type Judgement, NEXT } from './model.ts';
import { type Alarm, alarmById, setJudgement } from './store.ts';

const NO_ALARM = refuse('missing', 'no-alarm', {
  zh: '没有这条报警，或不在您的辖区。',
  en: 'There is no such alarm in your area.',
});
const OWN_DEED = refuse('forbidden', 'own-deed', {
  zh: '不能判定针对本人的报警，请由他人判定。',
  en: 'Nobody judges an alarm about themselves; somebody else must.',
});
const JUDGED = refuse('conflict', 'alarm-judged', {
  zh: '该报警已判定，请刷新。',
  en: 'This alarm has been judged; reload.',
});

/**
 * Judges an alarm: misuse confirmed, which keeps the actor's bulk verbs refused until another look
 * lifts it, or cleared. Refuses no-alarm, own-deed, alarm-judged. The area is the scope's.
 */
export async function judgeAlarm(
  tx: Tx,
  scope: Scope,
  input: { id: number; judgement: Judgement; note: Buffer },
  now: number,
): Promise<Alarm | Refusal> {
  const actor: Actor = scope.actor;
  const alarm = await alarmById(tx, scope.areaPrefix, input.id, true);
  if (!alarm) return NO_ALARM;
  if (alarm.actorId === actor.id) return OWN_DEED;
  if (!NEXT[alarm.state].includes(input.judgement)) return JUDGED;
  const by = { id: actor.id, state: input.judgement, note: input.note };
  const judged = await setJudgement(tx, alarm.id, by, now);
  if (!judged) throw new Error('a locked alarm is gone');
  await writeEntry(tx, {
    at: now,
    actor,
    action: 'misuse.judge',
    subject: `alarm:${alarm.id}`,
    purpose: input.judgement,
    areaCode: alarm.areaCode,
  });
  return judged;
}
