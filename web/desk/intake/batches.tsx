import { Link } from '@tanstack/react-router';
import type { z } from 'zod';
import { SECOND } from '#base/time.ts';
import { getAccount, listBatches } from '#intake/records/contract.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { AsOf, At } from '../../kit/ui/clock.tsx';
import { Skeleton } from '../../kit/ui/states.tsx';
import { Equation } from '../frame/equation.tsx';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Batch = z.output<typeof listBatches.answer>['rows'][number];
const STATUSES = ['receiving', 'complete', 'cut'] as const;

export function Batches() {
  const { t, say } = useDeskWords();
  const account = useAnswer(getAccount, {}, { refreshMs: 5 * SECOND });
  const filters: Filter[] = [
    {
      name: 'source',
      label: t('batch.source'),
      type: 'select',
      first: t('all'),
      options: (account.data?.sources ?? []).map((one) => ({
        value: String(one.sourceId),
        label: say(one.source),
      })),
    },
    {
      name: 'status',
      label: t('batch.status'),
      type: 'select',
      first: t('all'),
      options: STATUSES.map((value) => ({ value, label: t(`batch.${value}`) })),
    },
  ];
  const { values, on } = useFilters(filters);
  const source = Number(values['source']) || undefined;
  const status = STATUSES.find((one) => one === values['status']);
  const list = usePages(listBatches, { query: { source, status } }, { refreshMs: 10 * SECOND });
  const columns: Column<Batch>[] = [
    {
      head: t('batch.id'),
      text: (row) => row.id,
      render: (row) => (
        <Link to="/batches/$id" params={{ id: row.id }}>
          <code>{row.id.slice(-8)}</code>
        </Link>
      ),
    },
    { head: t('batch.source'), text: (row) => say(row.source) },
    { head: t('batch.format'), text: (row) => `${row.format.toUpperCase()} · ${row.charset}` },
    {
      head: t('batch.started'),
      text: (row) => fullTime(row.startedAt),
      render: (row) => <At at={row.startedAt} />,
    },
    {
      head: t('batch.status'),
      text: (row) => t(`batch.${row.status}`),
      render: (row) => (
        <span className={row.status === 'cut' ? 'chip bad' : row.isSettled ? 'chip good' : 'chip'}>
          {t(row.status === 'complete' && row.isSettled ? 'batch.settled' : `batch.${row.status}`)}
        </span>
      ),
    },
    { head: t('count.received'), text: (row) => row.received, isNumber: true },
    { head: t('count.admitted'), text: (row) => row.admitted, isNumber: true },
    { head: t('count.quarantined'), text: (row) => row.quarantined, isNumber: true },
    { head: t('count.duplicate'), text: (row) => row.duplicate, isNumber: true },
    { head: t('count.pending'), text: (row) => row.pending, isNumber: true },
  ];
  return (
    <Page title={t('nav.batches')} actions={<AsOf at={account.data?.at} />}>
      {account.data ? (
        <Equation counts={account.data.city} />
      ) : (
        account.isPending && <Skeleton lines={2} />
      )}
      <FilterBar filters={filters} />
      <Table name="batches" list={list} columns={columns} keyOf={(row) => row.id} filters={on} />
    </Page>
  );
}
