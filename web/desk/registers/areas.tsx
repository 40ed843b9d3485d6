import { Link } from '@tanstack/react-router';
import { TIERS } from '#base/areas.ts';
import { type Area, listAreas, readArea } from '#registers/areas/contract.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { useView } from '../../kit/view.ts';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

/** City to grid, one step at a time; a search goes across all tiers. */
export function Areas() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const [view, change] = useView();
  const filters: Filter[] = [
    { name: 'search', label: t('filter.q'), type: 'text' },
    {
      name: 'tier',
      label: t('area.tier'),
      type: 'select',
      first: t('all'),
      options: TIERS.map((value) => ({ value, label: t(`tier.${value}`) })),
    },
  ];
  const { values, on } = useFilters(filters);
  const parent = view['parent'] ?? me?.areaCode;
  const isSearch = values['search'] !== undefined;
  const tier = TIERS.find((one) => one === values['tier']);
  const query = { search: values['search'], tier, ...(isSearch || tier ? {} : { parent }) };
  const list = usePages(listAreas, { query }, { enabled: parent !== undefined });
  const here = useAnswer(
    readArea,
    { params: { code: parent ?? '' } },
    { enabled: parent !== undefined },
  );
  const enter = (code: string): void =>
    change({ parent: code, search: undefined, tier: undefined }, { push: true });
  const columns: Column<Area>[] = [
    {
      head: t('area.name'),
      text: (row) => say(row.name),
      render: (row) =>
        row.tier === 'grid' ? (
          say(row.name)
        ) : (
          <button type="button" className="link" onClick={() => enter(row.code)}>
            {say(row.name)}
          </button>
        ),
    },
    { head: t('area.code'), text: (row) => row.code },
    { head: t('area.tier'), text: (row) => t(`tier.${row.tier}`) },
    { head: t('area.population'), text: (row) => row.population, isNumber: true },
    {
      head: t('nav.places'),
      text: () => '',
      render: (row) => (
        <Link to="/places" search={{ area: row.code } as never}>
          {t('nav.places')}
        </Link>
      ),
    },
  ];
  return (
    <Page
      title={t('nav.areas')}
      crumbs={here.data?.path.map((area) => (
        <button key={area.code} type="button" className="link" onClick={() => enter(area.code)}>
          {say(area.name)} /{' '}
        </button>
      ))}
    >
      {here.data && !isSearch && (
        <p className="dim">
          {say(here.data.name)} · {here.data.code} ·{' '}
          {t('area.children', { count: here.data.children })}
        </p>
      )}
      <FilterBar filters={filters} />
      <Table name="areas" list={list} columns={columns} keyOf={(row) => row.code} filters={on} />
    </Page>
  );
}
