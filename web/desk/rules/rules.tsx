import { Link } from '@tanstack/react-router';
import type { z } from 'zod';
import { listRules, RULE_STATES } from '#watch/rules/contract.ts';
import { may } from '../../kit/faces.ts';
import { usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Row = z.output<typeof listRules.answer>['rows'][number];
export const STATE_TONE = {
  draft: 'chip warn',
  reviewed: 'chip',
  active: 'chip good',
  retired: 'chip',
} as const;

export const percent = (share: number | null): string | null =>
  share === null ? null : `${Math.round(share * 100)}%`;

export function Rules() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const filters: Filter[] = [
    { name: 'q', label: t('filter.q'), type: 'text' },
    {
      name: 'state',
      label: t('rule.state'),
      type: 'select',
      first: t('all'),
      options: RULE_STATES.map((value) => ({ value, label: t(`rule.${value}`) })),
    },
  ];
  const { values, on } = useFilters(filters);
  const state = RULE_STATES.find((one) => one === values['state']);
  const list = usePages(listRules, { query: { q: values['q'], state } });
  const columns: Column<Row>[] = [
    {
      head: t('rule.level'),
      text: (row) => row.level,
      render: (row) => <LevelBadge level={row.level} />,
    },
    {
      head: t('rule.title'),
      text: (row) => say(row.title),
      render: (row) => (
        <div>
          <Link to="/rules/$id" params={{ id: row.id }}>
            {say(row.title)}
          </Link>
          <p className="dim small">{say(row.sentence)}</p>
        </div>
      ),
    },
    {
      head: t('rule.type'),
      text: (row) => row.type,
      render: (row) => t(`type.${row.type as 'R1'}`),
    },
    {
      head: t('rule.state'),
      text: (row) => t(`rule.${row.state}`),
      render: (row) => <span className={STATE_TONE[row.state]}>{t(`rule.${row.state}`)}</span>,
    },
    { head: t('rule.version'), text: (row) => row.version, isNumber: true },
    { head: t('rule.signals'), text: (row) => row.signals, isNumber: true },
    { head: t('rule.alerts'), text: (row) => row.alerts, isNumber: true },
    { head: t('rule.precision'), text: (row) => percent(row.precision), isNumber: true },
  ];
  return (
    <Page
      title={t('nav.rules')}
      actions={
        may(me, 'rule.draft') && (
          <Link className="btn primary" to="/rules/$id/draft" params={{ id: 'new' }}>
            {t('rule.new')}
          </Link>
        )
      }
    >
      <FilterBar filters={filters} />
      <Table name="rules" list={list} columns={columns} keyOf={(row) => row.id} filters={on} />
    </Page>
  );
}
