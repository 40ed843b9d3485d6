import { useState } from 'react';
import { type AlertDetail, type AlertSignal, listAlertSignals } from '#watch/alerts/contract.ts';
import { usePages } from '../../kit/query.ts';
import { At } from '../../kit/ui/clock.tsx';
import { useCommandWords } from '../words.ts';

/** Signals with the sentence of why each spoke and the records it rests on. */
export function Evidence({ alert }: { alert: AlertDetail }) {
  const { t } = useCommandWords();
  const [isAll, setAll] = useState(false);
  const all = usePages(listAlertSignals, { params: { id: alert.id } }, { enabled: isAll });
  const signals = isAll && all.rows.length > 0 ? all.rows : alert.signals;
  const records = signals.reduce((sum, one) => sum + one.records.length, 0);
  const isMore = isAll ? all.hasMore : alert.signals.length < alert.signalCount;
  return (
    <section>
      <h3>
        {t('detail.evidence')}{' '}
        <span className="dim small">
          {t('queue.signals', { count: alert.signalCount })} ·{' '}
          {t('detail.records', { count: records })}
        </span>
      </h3>
      {signals.map((one) => (
        <Signal key={one.signalId} signal={one} />
      ))}
      {isMore && (
        <button
          type="button"
          className="btn quiet"
          onClick={() => (isAll ? all.readMore() : setAll(true))}
        >
          {t('detail.moreSignals')}
        </button>
      )}
    </section>
  );
}

function Signal({ signal }: { signal: AlertSignal }) {
  const { t, say } = useCommandWords();
  return (
    <article className="signal">
      <p className="dim small">
        {say(signal.ruleTitle)} · {t('detail.version', { version: signal.ruleVersion })} ·{' '}
        <At at={signal.at} />
      </p>
      <ul className="why" aria-label={t('detail.why')}>
        {signal.why.map((line) => (
          <li key={line.en}>{say(line)}</li>
        ))}
      </ul>
      {signal.records.map((record) => (
        <div key={record.recordId} className="record">
          <p>
            <strong>{say(record.kindWords)}</strong> <At at={record.at} />
            {record.placeName && <span className="dim"> · {record.placeName}</span>}
          </p>
          <p className="record-columns">
            {record.shown.map((column) => (
              <span key={column.name}>
                <span className="dim">{say(column.words)}</span>{' '}
                {column.valueWords ? say(column.valueWords) : column.value}
              </span>
            ))}
          </p>
        </div>
      ))}
    </article>
  );
}
