import { type AlertDetail, readAlert } from '#watch/alerts/contract.ts';
import { useAnswer } from '../../kit/query.ts';
import { At } from '../../kit/ui/clock.tsx';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useView } from '../../kit/view.ts';
import { type Act, NEEDS, type Start } from '../keyboard.tsx';
import { may } from '../../kit/faces.ts';
import { useMe } from '../../kit/session.ts';
import { useCommandWords } from '../words.ts';
import { Evidence } from './evidence.tsx';
import { Ladder } from './ladder.tsx';

/** One alert, whole: what it is about, why it spoke, on what evidence, and how far the work has come. */
export function Detail({ alertId, start }: { alertId: number; start: Start }) {
  const { t } = useCommandWords();
  const [, change] = useView();
  const { data, error, refetch } = useAnswer(readAlert, { params: { id: alertId } });
  return (
    <aside className="side detail" aria-label={t('detail.title')}>
      <button
        type="button"
        className="btn quiet detail-close"
        aria-label={t('close')}
        onClick={() => change({ alert: undefined }, { push: true })}
      >
        ✕
      </button>
      {!data && !error && <Skeleton lines={14} />}
      {error && <Sorry error={error} onRetry={() => void refetch()} />}
      {data && <Body alert={data} start={start} />}
    </aside>
  );
}

function Body({ alert, start }: { alert: AlertDetail; start: Start }) {
  const { t, say, word } = useCommandWords();
  return (
    <>
      <div className="detail-head">
        <LevelBadge level={alert.level} size={34} />
        <div>
          <h2>{say(alert.title)}</h2>
          <p className="dim small">
            #{alert.id} ·{' '}
            {alert.outcome ? word('outcome', alert.outcome) : t(`status.${alert.status}`)} ·{' '}
            <At at={alert.raisedAt} />
          </p>
        </div>
      </div>
      <Moves alert={alert} start={start} />
      <dl className="facts">
        <dt>{t('detail.subject')}</dt>
        <dd>
          {say(alert.subjectWords)}{' '}
          {alert.personId !== null && (
            <a href={`/desk/people/${alert.personId}?from=alert-${alert.id}`}>
              {t('detail.person')}
            </a>
          )}
        </dd>
        <dt>{t('detail.where')}</dt>
        <dd>
          {alert.placeName && <strong>{alert.placeName} </strong>}
          {say(alert.areaWords)}
        </dd>
        <dt>{t('detail.owner')}</dt>
        <dd>{alert.assignedTo?.name ?? t('filter.none')}</dd>
      </dl>
      {alert.suppressedCount > 0 && (
        <p className="dim small">{t('detail.suppressed', { count: alert.suppressedCount })}</p>
      )}
      <Evidence alert={alert} />
      <Rule alert={alert} />
      <Ladder alertId={alert.id} />
      <Timeline alert={alert} />
    </>
  );
}

const MOVES: Record<string, Act> = {
  acknowledge: 'acknowledge',
  start: 'start',
  assign: 'assign',
  close: 'close',
  reopen: 'reopen',
};

function Moves({ alert, start }: { alert: AlertDetail; start: Start }) {
  const { t } = useCommandWords();
  const allowed = Object.keys(MOVES).filter((move) => alert.moves.includes(move));
  const me = useMe();
  const acts = allowed.flatMap((move) => MOVES[move] ?? []).filter((act) => may(me, NEEDS[act]));
  return (
    <div className="row wrap">
      {acts.map((act, i) => (
        <button
          key={act}
          type="button"
          className={i === 0 ? 'btn primary' : 'btn'}
          onClick={() => start(act, alert)}
        >
          {t(act === 'bulk' ? 'queue.bulk' : `act.${act}`)}
        </button>
      ))}
      {may(me, NEEDS.comment) && (
        <button type="button" className="btn" onClick={() => start('comment', alert)}>
          {t('act.comment')}
        </button>
      )}
      <button type="button" className="btn quiet" onClick={() => print()}>
        {t('print')}
      </button>
    </div>
  );
}

function Rule({ alert }: { alert: AlertDetail }) {
  const { t, say } = useCommandWords();
  const share = alert.rulePrecision;
  return (
    <section>
      <h3>{t('detail.rule')}</h3>
      <p>
        <a href={`/desk/rules/${alert.ruleId}?version=${alert.ruleVersion}`}>
          {say(alert.ruleTitle)}
        </a>{' '}
        <span className="dim">
          {t('detail.version', { version: alert.ruleVersion })} ·{' '}
          {share === null
            ? t('detail.unjudged')
            : t('detail.precision', { share: `${Math.round(share * 100)}%` })}
        </span>
      </p>
      <p className="dim small">
        {t('detail.basis')}: {say(alert.ruleBasis)}
      </p>
    </section>
  );
}

function Timeline({ alert }: { alert: AlertDetail }) {
  const { t, say } = useCommandWords();
  return (
    <section>
      <h3>{t('detail.timeline')}</h3>
      <ol className="timeline">
        {alert.history.map((entry) => (
          <li key={entry.id}>
            <span className="dim small">
              <At at={entry.at} /> · {entry.byName}
            </span>
            <span>{say(entry.words)}</span>
            {entry.note && <q>{entry.note}</q>}
          </li>
        ))}
      </ol>
    </section>
  );
}
