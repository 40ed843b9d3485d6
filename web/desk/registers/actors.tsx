import { useState } from 'react';
import { type ActorView, listActors, ROLES } from '#registers/access/contract.ts';
import { usePages } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { ActorSheet } from '../trust/actor-sheet.tsx';
import { unitWords } from '../trust/unit.ts';
import { useDeskWords } from '../words.ts';
import { NewActor } from './new-actor.tsx';

/** Everybody who may sign in, with what they may do and how far it reaches. */
export function Actors() {
  const { t, word } = useDeskWords();
  const [isNew, setNew] = useState(false);
  const [managed, setManaged] = useState<ActorView>();
  const filters: Filter[] = [
    { name: 'search', label: t('filter.q'), type: 'text' },
    {
      name: 'role',
      label: t('actor.role'),
      type: 'select',
      first: t('all'),
      options: ROLES.map((value) => ({ value, label: t(`role.${value}`) })),
    },
  ];
  const { values, on } = useFilters(filters);
  const role = ROLES.find((one) => one === values['role']);
  const list = usePages(listActors, { query: { search: values['search'], role } });
  const columns: Column<ActorView>[] = [
    { head: t('actor.login'), text: (row) => row.login },
    { head: t('actor.name'), text: (row) => row.name },
    {
      head: t('actor.role'),
      text: (row) => row.roles.map((one) => t(`role.${one}`)).join(t('list.comma')),
    },
    { head: t('area.code'), text: (row) => row.areaCode },
    { head: t('actor.unit'), text: (row) => unitWords(word, row.unit) || null },
    {
      head: t('actor.state'),
      text: (row) => t(row.active ? 'actor.active' : 'actor.stopped'),
      render: (row) => (
        <span className={row.active ? 'chip good' : 'chip'}>
          {t(row.active ? 'actor.active' : 'actor.stopped')}
        </span>
      ),
    },
    {
      head: t('actor.made'),
      text: (row) => fullTime(row.madeAt),
      render: (row) => <At at={row.madeAt} />,
    },
    {
      head: t('account.act'),
      text: () => '',
      render: (row) => (
        <button
          type="button"
          className="btn"
          aria-label={`${t('actor.manage')} ${row.login}`}
          onClick={() => setManaged(row)}
        >
          {t('actor.manage')}
        </button>
      ),
    },
  ];
  return (
    <Page
      title={t('nav.actors')}
      actions={
        <button type="button" className="btn primary" onClick={() => setNew(true)}>
          {t('actor.new')}
        </button>
      }
    >
      <FilterBar filters={filters} />
      <Table name="actors" list={list} columns={columns} keyOf={(row) => row.id} filters={on} />
      {managed && <ActorSheet actor={managed} onClose={() => setManaged(undefined)} />}
      {isNew && <NewActor onClose={() => setNew(false)} />}
    </Page>
  );
}
