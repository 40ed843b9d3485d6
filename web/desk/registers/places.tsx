import { Link } from '@tanstack/react-router';
import { listPlaceKinds, listPlaces, type Place } from '#registers/places/contract.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useView } from '../../kit/view.ts';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

export function Places() {
  const { t, say } = useDeskWords();
  const [view] = useView();
  const kinds = useAnswer(listPlaceKinds);
  const filters: Filter[] = [
    { name: 'search', label: t('filter.q'), type: 'text' },
    {
      name: 'kind',
      label: t('place.kind'),
      type: 'select',
      first: t('all'),
      options: (kinds.data?.rows ?? []).map((one) => ({ value: one.code, label: say(one.words) })),
    },
  ];
  const { values, on } = useFilters(filters);
  const area = view['area'];
  const list = usePages(listPlaces, {
    query: { search: values['search'], kind: values['kind'], area },
  });
  const kindWords = (code: string): string =>
    say(kinds.data?.rows.find((one) => one.code === code)?.words) || code;
  const columns: Column<Place>[] = [
    {
      head: t('place.name'),
      text: (row) => say(row.name),
      render: (row) => (
        <Link to="/places/$id" params={{ id: String(row.id) }}>
          {say(row.name)}
        </Link>
      ),
    },
    { head: t('place.kind'), text: (row) => kindWords(row.kind) },
    { head: t('place.code'), text: (row) => row.code },
    { head: t('area.code'), text: (row) => row.areaCode },
    { head: t('place.position'), text: (row) => `${row.lat.toFixed(5)}, ${row.lon.toFixed(5)}` },
  ];
  const names = area ? [...on, t('area.code')] : on;
  return (
    <Page title={t('nav.places')}>
      <FilterBar filters={filters} />
      <Table name="places" list={list} columns={columns} keyOf={(row) => row.id} filters={names} />
    </Page>
  );
}
