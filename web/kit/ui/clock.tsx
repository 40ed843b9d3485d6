import { HOUR } from '#base/time.ts';
import { useWords } from '../i18n.ts';
import { fullTime, lengthOf, shortTime, useNow } from '../time.ts';

/** How long is left until `dueAt`, or by how much it was missed. Says it in words, not by colour only. */
export function DueChip({ dueAt, label }: { dueAt: number; label?: string }) {
  const { t, lang } = useWords();
  const now = useNow();
  const left = dueAt - now;
  const tone = left < 0 ? 'chip bad' : left < HOUR / 2 ? 'chip warn' : 'chip';
  const time = lengthOf(left, lang);
  return (
    <time className={tone} dateTime={new Date(dueAt).toISOString()} title={fullTime(dueAt)}>
      {label ? `${label} ` : ''}
      {t(left < 0 ? 'clock.over' : 'clock.left', { time })}
    </time>
  );
}

/** An instant, short on screen and whole in the title. */
export function At({ at }: { at: number | null | undefined }) {
  const now = useNow();
  if (at === null || at === undefined) return <span className="dim">–</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {shortTime(at, now)}
    </time>
  );
}

/** When the numbers beside it were true. Every number of a face carries one. */
export function AsOf({ at }: { at: number | undefined }) {
  const { t, lang } = useWords();
  const now = useNow();
  if (!at) return null;
  const age = Math.max(0, now - at);
  return (
    <span className="asof" title={fullTime(at)}>
      {t('asof', { time: shortTime(at, now), age: lengthOf(age, lang) })}
    </span>
  );
}
