import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type FunctionView,
  listFunctions,
  listMandates,
  type Mandate,
  MANDATE_STATES,
  type MandateState,
} from '#registers/mandates/contract.ts';
import { may } from '../../../kit/faces.ts';
import { useAnswer, usePages } from '../../../kit/query.ts';
import { useMe } from '../../../kit/session.ts';
import { fullTime } from '../../../kit/time.ts';
import { At, DueChip } from '../../../kit/ui/clock.tsx';
import { Skeleton, Sorry } from '../../../kit/ui/states.tsx';
import { type Filter, FilterBar, useFilters } from '../../frame/filters.tsx';
import { type Column, Page, Table } from '../../frame/table.tsx';
import { useDeskWords } from '../../words.ts';
import { unitWords } from '../unit.ts';
import { Propose } from './propose.tsx';

const REFRESH_MS = 15_000;

/** Which exceptional functions run under which order, and every order there is. */
export function Orders() {
  const { t } = useDeskWords();
  const me = useMe();
  const [isNew, setNew] = useState(false);
  return (
    <Page
      title={t('nav.orders')}
      actions={
        may(me, 'mandate.propose') && (
          <button type="button" className="btn primary" onClick={() => setNew(true)}>
            {t('orders.propose')}
          </button>
        )
      }
    >
      <Functions />
      <AllOrders />
      {isNew && <Propose onClose={() => setNew(false)} />}
    </Page>
  );
}

function Functions() {
  const { t } = useDeskWords();
  const { data, error, refetch } = useAnswer(listFunctions, {}, { refreshMs: REFRESH_MS });
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={7} />;
  return (
    <section className="col" aria-labelledby="orders-functions">
      <h2 id="orders-functions">{t('orders.functions')}</h2>
      <ul className="functions">
        {data.rows.map((row) => (
          <OneFunction key={row.fn} row={row} />
        ))}
      </ul>
    </section>
  );
}

function OneFunction({ row }: { row: FunctionView }) {
  const { t, say } = useDeskWords();
  return (
    <li className="card col">
      <div className="row">
        <strong className="grow">{say(row.words)}</strong>
        <span className={row.isOn ? 'chip warn' : 'chip good'}>
          {t(row.isOn ? 'orders.on' : 'orders.off')}
        </span>
      </div>
      {row.under.length === 0 && <p className="dim small">{say(row.why)}</p>}
      {row.under.map((it) => (
        <div key={it.id} className="row wrap">
          <Link to="/orders/$id" params={{ id: String(it.id) }}>
            {it.documentNo}
          </Link>
          <DueChip dueAt={it.endsAt} />
          {it.isExercise && <span className="chip">{t('orders.drill')}</span>}
        </div>
      ))}
    </li>
  );
}

const CHIP: Record<MandateState, string> = {
  proposed: 'chip warn',
  declined: 'chip',
  approved: 'chip',
  live: 'chip good',
  ended: 'chip bad',
  destroyed: 'chip',
};

export function StateChip({ state }: { state: MandateState }) {
  const { t } = useDeskWords();
  return <span className={CHIP[state]}>{t(`orders.state.${state}`)}</span>;
}

function AllOrders() {
  const { t, say, word } = useDeskWords();
  const { data } = useAnswer(listFunctions);
  const wordOf = (fn: string): string => {
    const found = data?.rows.find((row) => row.fn === fn);
    return found ? say(found.words) : fn;
  };
  const filters: Filter[] = [
    {
      name: 'state',
      label: t('orders.state'),
      type: 'select',
      first: t('all'),
      options: MANDATE_STATES.map((value) => ({ value, label: t(`orders.state.${value}`) })),
    },
  ];
  const { values, on } = useFilters(filters);
  const state = MANDATE_STATES.find((one) => one === values['state']);
  const list = usePages(listMandates, { query: { state } }, { refreshMs: REFRESH_MS });
  const columns: Column<Mandate>[] = [
    {
      head: t('orders.no'),
      text: (row) => row.documentNo,
      render: (row) => (
        <Link to="/orders/$id" params={{ id: String(row.id) }}>
          {row.documentNo}
        </Link>
      ),
    },
    {
      head: t('orders.fn'),
      text: (row) => row.functions.map(wordOf).join(t('list.comma')),
    },
    {
      head: t('orders.state'),
      text: (row) => t(`orders.state.${row.state}`),
      render: (row) => <StateChip state={row.state} />,
    },
    {
      head: t('orders.proposedBy'),
      text: (row) => `${row.proposedName} · ${unitWords(word, row.proposedUnit)}`,
    },
    {
      head: t('orders.decidedBy'),
      text: (row) =>
        row.decidedName ? `${row.decidedName} · ${unitWords(word, row.decidedUnit)}` : null,
    },
    {
      head: t('orders.starts'),
      text: (row) => fullTime(row.startsAt),
      render: (row) => <At at={row.startsAt} />,
    },
    {
      head: t('orders.ends'),
      text: (row) => fullTime(row.overAt),
      render: (row) =>
        row.state === 'live' ? <DueChip dueAt={row.endsAt} /> : <At at={row.overAt} />,
    },
  ];
  return (
    <section className="col" aria-labelledby="orders-list">
      <h2 id="orders-list">{t('orders.list')}</h2>
      <FilterBar filters={filters} />
      <Table
        name="orders"
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        filters={on}
        empty={t('orders.none')}
      />
    </section>
  );
}
