import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { LEVEL_WORDS, LEVELS } from '#base/words.ts';
import { listTasks, type TaskRow } from '#response/tasks/contract.ts';
import { may } from '../../kit/faces.ts';
import { usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At, DueChip } from '../../kit/ui/clock.tsx';
import { levelOf, LevelBadge } from '../../kit/ui/level.tsx';
import { useView } from '../../kit/view.ts';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { BulkSheet } from './bulk.tsx';
import { HOP_TIERS, STATUSES, TASK_KINDS, taskFilterOf } from './filter.ts';
import { HolderPick, LoadPanel, PostPick } from './load.tsx';

/** Tasks of my area, earliest due first; a filter is an address, and can be acted on as a whole. */
export function Tasks() {
  const { t } = useDeskWords();
  const me = useMe();
  const [view, change] = useView();
  const [isBulk, setBulk] = useState(false);
  const filters = useTaskFilters();
  const { on } = useFilters(filters);
  const extra = (['area', 'holder', 'alert', 'person'] as const).filter((name) => view[name]);
  const names = [...on, ...extra.map((name) => t(`tasks.${name}`))];
  const list = usePages(listTasks, { query: taskFilterOf(view) }, { refreshMs: 30_000 });
  const columns = useTaskColumns();
  const isEnded = view['status'] === 'closed' || view['status'] === 'withdrawn';
  return (
    <Page
      title={t('nav.tasks')}
      actions={
        may(me, 'task.assign') &&
        !isEnded && (
          <button type="button" className="btn primary" onClick={() => setBulk(true)}>
            {t('tasks.bulk')}
          </button>
        )
      }
    >
      <FilterBar filters={filters} />
      <div className="filter-bar">
        <PostPick />
        <HolderPick />
        {extra.map((name) => (
          <button
            key={name}
            type="button"
            className="btn"
            onClick={() => change({ [name]: undefined }, { push: true })}
          >
            {t(`tasks.${name}`)} {view[name]} ✕
          </button>
        ))}
      </div>
      <LoadPanel />
      <Table
        name="tasks"
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        filters={names}
        empty={t('tasks.none')}
        exportOf={{ subject: 'tasks', filter: taskFilterOf(view) }}
      />
      {isBulk && <BulkSheet names={names} onClose={() => setBulk(false)} />}
    </Page>
  );
}

function useTaskFilters(): Filter[] {
  const { t, say } = useDeskWords();
  const pick = (name: string, label: string, options: [string, string][]): Filter => ({
    name,
    label,
    type: 'select',
    first: t('all'),
    options: options.map(([value, text]) => ({ value, label: text })),
  });
  const ways = STATUSES.slice(1).map((one): [string, string] => [one, t(`status.${one}`)]);
  return [
    { ...pick('status', t('tasks.status'), ways), first: t('status.live') } as Filter,
    pick(
      'level',
      t('rule.level'),
      LEVELS.map((one) => [String(one), say(LEVEL_WORDS[one])]),
    ),
    pick(
      'kind',
      t('tasks.kind'),
      TASK_KINDS.map((one) => [one, t(`task.${one}`)]),
    ),
    pick(
      'tier',
      t('tasks.tier'),
      HOP_TIERS.map((one) => [one, t(`tier.${one}`)]),
    ),
    pick('overdue', t('tasks.clock'), [['yes', t('tasks.overdue')]]),
    pick('supervised', t('tasks.supervision'), [['yes', t('tasks.supervised')]]),
  ];
}

function useTaskColumns(): Column<TaskRow>[] {
  const { t, say } = useDeskWords();
  const who = (row: TaskRow): string =>
    [row.personName ?? row.placeName, say(row.areaWords).split(' · ').slice(-2).join(' · ')]
      .filter(Boolean)
      .join(' · ');
  return [
    { head: '#', text: (row) => row.id, isNumber: true },
    {
      head: t('rule.level'),
      text: (row) => say(LEVEL_WORDS[levelOf(row.level)]),
      render: (row) => <LevelBadge level={row.level} />,
    },
    {
      head: t('tasks.task'),
      text: (row) => `${say(row.kindWords)} · ${say(row.title)}`,
      render: (row) => (
        <div>
          <Link to="/tasks/$id" params={{ id: String(row.id) }}>
            {say(row.kindWords)}
          </Link>
          <p className="dim small">{say(row.title)}</p>
        </div>
      ),
    },
    { head: t('tasks.about'), text: who },
    {
      head: t('tasks.status'),
      text: (row) => t(`status.${row.status}`),
      render: (row) => (
        <span className="row wrap">
          <span className="chip">{t(`status.${row.status}`)}</span>
          {row.supervised && <span className="chip warn">{t('tasks.supervised')}</span>}
        </span>
      ),
    },
    {
      head: t('tasks.hands'),
      text: (row) => [row.post?.name, row.holder?.name].filter(Boolean).join(' · '),
    },
    {
      head: t('tasks.due'),
      text: (row) => (row.dueAt === null ? '' : fullTime(row.dueAt)),
      render: (row) =>
        row.clock && row.dueAt !== null ? (
          <DueChip dueAt={row.dueAt} label={t(`clock.${row.clock}`)} />
        ) : (
          <At at={row.closedAt} />
        ),
    },
  ];
}
