import { useState } from 'react';
import { personDecisions, personWhy, type ReasonView } from '#watch/reasons/contract.ts';
import { useAnswer, usePages } from '../../../kit/query.ts';
import { fullTime } from '../../../kit/time.ts';
import { At } from '../../../kit/ui/clock.tsx';
import { Skeleton, Sorry } from '../../../kit/ui/states.tsx';
import { type Column, Table } from '../../frame/table.tsx';
import { useDeskWords } from '../../words.ts';
import { Tree } from './tree.tsx';
import { WhyNot } from './why-not.tsx';

type Props = { id: number; purpose: string };

/** Why: what holds about a person now, with its reasons; then why not; then the whole ledger. */
export function Why({ id, purpose }: Props) {
  const { t } = useDeskWords();
  const asked = { params: { id }, purpose };
  const { data, error, refetch } = useAnswer(personWhy, asked);
  return (
    <section className="col" aria-labelledby="why-title">
      <h2 id="why-title">{t('why.title')}</h2>
      <p className="dim small">{t('why.hint')}</p>
      {error ? <Sorry error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error && <Skeleton lines={3} />}
      {data?.rows.length === 0 && <p className="state">{t('why.none')}</p>}
      {data?.rows.map((reason) => (
        <Reason key={reason.id} reason={reason} />
      ))}
      {data && <WhyNot id={id} purpose={purpose} rules={data.rules} />}
      <History id={id} purpose={purpose} />
    </section>
  );
}

/** One decision in plain words. */
function Reason({ reason }: { reason: ReasonView }) {
  const { t, say } = useDeskWords();
  const until =
    reason.until === null ? t('why.untilEnded') : t('why.until', { time: fullTime(reason.until) });
  return (
    <article className="card col">
      <div className="row">
        <span className="chip">{t(`why.kind.${reason.kind}`)}</span>
        <strong className="grow">{say(reason.words)}</strong>
      </div>
      <p className="dim small">
        {t('why.since', { time: fullTime(reason.since) })} · {until}
      </p>
      <dl className="facts">
        {reason.rule && (
          <>
            <dt>{t('why.rule', { version: reason.rule.version })}</dt>
            <dd>{say(reason.rule.sentence)}</dd>
          </>
        )}
        {reason.order && (
          <>
            <dt>{t('why.order')}</dt>
            <dd>
              {t('why.orderLine', {
                no: reason.order.documentNo,
                authority: reason.order.authority,
                time: fullTime(reason.order.endsAt),
              })}
              <br />
              {t('why.articles', { articles: reason.order.articles.join(', ') })}
            </dd>
          </>
        )}
        <dt>{t('why.decider')}</dt>
        <dd>{say(reason.decider)}</dd>
      </dl>
      {reason.evaluated.length > 0 && <Evaluated reason={reason} />}
      <details>
        <summary>{t('why.object')}</summary>
        <p>{say(reason.objection)}</p>
      </details>
    </article>
  );
}

function Evaluated({ reason }: { reason: ReasonView }) {
  const { t, say } = useDeskWords();
  return (
    <div className="col">
      <h3 className="small">{t('why.tree')}</h3>
      {reason.evaluated.map((side, i) => (
        <div key={`${reason.id}-${i}`}>
          {side.record && (
            <p className="dim small">
              {t('why.record', { time: fullTime(side.record.at), kind: say(side.record.kind) })}
            </p>
          )}
          <Tree tree={side.tree} />
        </div>
      ))}
    </div>
  );
}

/** The whole ledger, read only when it is opened: each reading stands in the audit trail. */
function History({ id, purpose }: Props) {
  const { t, say } = useDeskWords();
  const [isOpen, setOpen] = useState(false);
  const list = usePages(personDecisions, { params: { id }, purpose }, { enabled: isOpen });
  const columns: Column<ReasonView>[] = [
    {
      head: t('why.at'),
      text: (row) => fullTime(row.at),
      render: (row) => <At at={row.at} />,
    },
    { head: t('why.move'), text: (row) => t(`why.move.${row.move}`) },
    { head: t('why.what'), text: (row) => say(row.words) },
    { head: t('why.decider'), text: (row) => say(row.decider) },
  ];
  return (
    <details className="col" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t('why.history')}</summary>
      {isOpen && (
        <Table
          name={`decisions-${id}`}
          list={list}
          columns={columns}
          keyOf={(row) => row.id}
          empty={t('why.none')}
          exportOf={null}
        />
      )}
    </details>
  );
}
