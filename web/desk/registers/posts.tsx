import { Link } from '@tanstack/react-router';
import { TIERS } from '#base/areas.ts';
import { listPosts, type Post, POST_KINDS } from '#registers/agencies/contract.ts';
import { usePages } from '../../kit/query.ts';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

export function Posts() {
  const { t, say } = useDeskWords();
  const filters: Filter[] = [
    {
      name: 'tier',
      label: t('area.tier'),
      type: 'select',
      first: t('all'),
      options: TIERS.map((value) => ({ value, label: t(`tier.${value}`) })),
    },
    {
      name: 'kind',
      label: t('post.kind'),
      type: 'select',
      first: t('all'),
      options: POST_KINDS.map((value) => ({ value, label: t(`post.${value}`) })),
    },
  ];
  const { values, on } = useFilters(filters);
  const tier = TIERS.find((one) => one === values['tier']);
  const kind = POST_KINDS.find((one) => one === values['kind']);
  const list = usePages(listPosts, { query: { tier, kind } });
  const columns: Column<Post>[] = [
    {
      head: t('post.name'),
      text: (row) => say(row.name),
      render: (row) => (
        <Link to="/posts/$id" params={{ id: String(row.id) }}>
          {say(row.name)}
        </Link>
      ),
    },
    { head: t('post.agency'), text: (row) => say(row.agency) },
    { head: t('area.tier'), text: (row) => t(`tier.${row.tier}`) },
    { head: t('post.kind'), text: (row) => t(`post.${row.kind}`) },
    { head: t('area.code'), text: (row) => row.areaCode },
    { head: t('post.capacity'), text: (row) => row.capacity, isNumber: true },
  ];
  return (
    <Page title={t('nav.posts')}>
      <FilterBar filters={filters} />
      <Table name="posts" list={list} columns={columns} keyOf={(row) => row.id} filters={on} />
    </Page>
  );
}
