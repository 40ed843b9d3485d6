import { Link } from '@tanstack/react-router';
import type { z } from 'zod';
import { KIND_BY_NAME } from '#base/kinds.ts';
import { getAccount, listQuarantine } from '#intake/records/contract.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Row = z.output<typeof listQuarantine.answer>['rows'][number];
const STATES = ['open', 'mended', 'dropped'] as const;

/** A row beside its errors: all of them at once. */
export function quarantineColumns({ t, say }: ReturnType<typeof useDeskWords>): Column<Row>[] {
  return [
    {
      head: t('row.no'),
      text: (row) => row.rowNo + 1,
      render: (row) => (
        <Link to="/quarantine/$id" params={{ id: String(row.id) }}>
          {t('row.number', { no: row.rowNo + 1 })}
        </Link>
      ),
    },
    {
      head: t('row.kind'),
      text: (row) => {
        const kind = KIND_BY_NAME[row.kind];
        return kind ? say(kind.words) : row.kind;
      },
    },
    {
      head: t('row.errors'),
      text: (row) => row.errors.map((one) => `${one.path}: ${say(one.text)}`).join('; '),
      render: (row) => (
        <ul>
          {row.errors.map((one) => (
            <li key={`${one.path}-${one.code}`}>
              <code>{one.path}</code> {say(one.text)}
            </li>
          ))}
        </ul>
      ),
    },
    {
      head: t('row.state'),
      text: (row) => t(`row.${row.state}`),
      render: (row) => (
        <span className={row.state === 'open' ? 'chip warn' : 'chip good'}>
          {t(`row.${row.state}`)}
        </span>
      ),
    },
    { head: t('row.at'), text: (row) => fullTime(row.at), render: (row) => <At at={row.at} /> },
  ];
}

export function Quarantine() {
  const speech = useDeskWords();
  const { t, say } = speech;
  const account = useAnswer(getAccount);
  const filters: Filter[] = [
    {
      name: 'state',
      label: t('row.state'),
      type: 'select',
      first: t('row.open'),
      options: STATES.slice(1).map((value) => ({ value, label: t(`row.${value}`) })),
    },
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
    { name: 'code', label: t('error.code'), type: 'text' },
  ];
  const { values, on } = useFilters(filters);
  const list = usePages(listQuarantine, {
    query: {
      source: Number(values['source']) || undefined,
      code: values['code'],
      state: STATES.find((one) => one === values['state']) ?? 'open',
    },
  });
  return (
    <Page title={t('nav.quarantine')}>
      <FilterBar filters={filters} />
      <Table
        name="quarantine"
        list={list}
        columns={quarantineColumns(speech)}
        keyOf={(row) => row.id}
        filters={on}
        empty={t('row.none')}
      />
    </Page>
  );
}
