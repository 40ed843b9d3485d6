import { useWords } from '../i18n.ts';
import { useMe } from '../session.ts';
import { fullTime, useNow } from '../time.ts';

const TIMES = 6;

/** On paper only: who printed it and when, across every page, so that a lost sheet can be traced. */
export function PrintMark() {
  const { t } = useWords();
  const me = useMe();
  const now = useNow();
  if (!me) return null;
  const text = t('print.mark', { login: `${me.name} ${me.login}`, time: fullTime(now) });
  return (
    <div className="print-mark" aria-hidden="true">
      {Array.from({ length: TIMES }, (_, i) => (
        <span key={i}>{text}</span>
      ))}
    </div>
  );
}
