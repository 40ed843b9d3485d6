import { Link, useParams } from '@tanstack/react-router';
import { readArea } from '#registers/areas/contract.ts';
import {
  listFunctions,
  type MandateDetail,
  readLegalBasis,
  readMandate,
} from '#registers/mandates/contract.ts';
import { useAnswer } from '../../../kit/query.ts';
import { fullTime, useNow } from '../../../kit/time.ts';
import { DueChip } from '../../../kit/ui/clock.tsx';
import { Skeleton, Sorry } from '../../../kit/ui/states.tsx';
import { Page } from '../../frame/table.tsx';
import { useDeskWords } from '../../words.ts';
import { Decide, Revoke } from './moves.tsx';
import { unitWords } from '../unit.ts';
import { StateChip } from './orders.tsx';
import { Sunset } from './sunset.tsx';

const REFRESH_MS = 5_000;

/** One order: what it allows, who decided, its clock, and what becomes of what it brought in. */
export function OrderPage() {
  const { t } = useDeskWords();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const order = useAnswer(readMandate, { params: { id } }, { refreshMs: REFRESH_MS });
  if (order.error) return <Sorry error={order.error} onRetry={() => void order.refetch()} />;
  if (!order.data) return <Skeleton />;
  const { data } = order;
  return (
    <Page
      title={data.documentNo}
      crumbs={<Link to="/orders">{t('nav.orders')}</Link>}
      actions={<StateChip state={data.state} />}
    >
      {data.functions.includes('exercise') && <p className="notice">{t('orders.drill')}</p>}
      <div className="two">
        <div className="col">
          <Facts order={data} />
          {data.state === 'proposed' && <Decide order={data} />}
          {(data.state === 'live' || data.state === 'approved') && <Revoke order={data} />}
        </div>
        <Sunset order={data} />
      </div>
    </Page>
  );
}

function Facts({ order }: { order: MandateDetail }) {
  const { t, say, word } = useDeskWords();
  const now = useNow();
  const known = useAnswer(listFunctions);
  const law = useAnswer(readLegalBasis);
  const functionWord = (fn: string): string => {
    const found = known.data?.rows.find((row) => row.fn === fn);
    return found ? say(found.words) : fn;
  };
  return (
    <dl className="facts card">
      <dt>{t('orders.fn')}</dt>
      <dd>{order.functions.map(functionWord).join(t('list.comma'))}</dd>
      <dt>{t('orders.span')}</dt>
      <dd>
        {fullTime(order.startsAt)} – {fullTime(order.endsAt)}{' '}
        {order.state === 'live' && <DueChip dueAt={order.endsAt} />}
        {order.ending && (
          <span className="chip bad">
            {fullTime(order.overAt)} {t(`orders.${order.ending}`)}
          </span>
        )}
      </dd>
      <dt>{t('orders.review')}</dt>
      <dd>
        {fullTime(order.reviewAt)}{' '}
        {order.state === 'live' && order.reviewAt <= now && (
          <span className="chip bad">{t('orders.reviewDue')}</span>
        )}
      </dd>
      <dt>{t('orders.authority')}</dt>
      <dd>{order.authority}</dd>
      <dt>{t('orders.articles')}</dt>
      <dd>
        <ul className="plain">
          {order.articles.map((id) => {
            const article = law.data?.articles.find((it) => it.id === id);
            return (
              <li key={id}>
                {article ? t('orders.article', { law: say(article.law), no: article.article }) : id}
                {article && <span className="dim small"> {say(article.gist)}</span>}
              </li>
            );
          })}
          {order.articles.length === 0 && <li>–</li>}
        </ul>
      </dd>
      <dt>{t('orders.areas')}</dt>
      <dd>
        <ul className="plain">
          {order.areas.map((code) => (
            <li key={code}>
              <AreaName code={code} /> <span className="dim small">{code}</span>
            </li>
          ))}
        </ul>
      </dd>
      <dt>{t('orders.disease')}</dt>
      <dd>{order.disease ?? t('orders.anyDisease')}</dd>
      <dt>{t('orders.population')}</dt>
      <dd>{order.population}</dd>
      <dt>{t('orders.reason')}</dt>
      <dd>{order.reason}</dd>
      <dt>{t('orders.proposedBy')}</dt>
      <dd>
        {order.proposedName} · {unitWords(word, order.proposedUnit)} · {fullTime(order.proposedAt)}
      </dd>
      {order.decidedAt !== null && (
        <>
          <dt>{t('orders.decidedBy')}</dt>
          <dd>
            {order.decidedName} · {unitWords(word, order.decidedUnit)} · {fullTime(order.decidedAt)}
            {order.decisionNote && <span className="dim"> {order.decisionNote}</span>}
          </dd>
        </>
      )}
      {order.revokedName && (
        <>
          <dt>{t('orders.revokedBy')}</dt>
          <dd>
            {order.revokedName}：{order.revokeReason}
          </dd>
        </>
      )}
    </dl>
  );
}

function AreaName({ code }: { code: string }) {
  const { say } = useDeskWords();
  const { data } = useAnswer(readArea, { params: { code } });
  return <>{data ? say(data.name) : code}</>;
}
