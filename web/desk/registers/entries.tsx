import { type EntryView, listEntries } from '#registers/trace/contract.ts';
import { usePages } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

/** The audit trail: who did what to what, why. */
export function Entries() {
  const { t, word } = useDeskWords();
  const filters: Filter[] = [
    { name: 'actor', label: t('entry.actorId'), type: 'text' },
    { name: 'subject', label: t('entry.subject'), type: 'text' },
  ];
  const { values, on } = useFilters(filters);
  const actorId = Number(values['actor']) || undefined;
  const list = usePages(listEntries, { query: { actorId, subject: values['subject'] } });
  const columns: Column<EntryView>[] = [
    { head: t('entry.at'), text: (row) => fullTime(row.at) },
    { head: t('entry.actor'), text: (row) => `${row.actorName} #${row.actorId}` },
    { head: t('entry.action'), text: (row) => row.action },
    { head: t('entry.subject'), text: (row) => row.subject },
    { head: t('entry.purpose'), text: (row) => word('purpose', row.purpose) },
    { head: t('area.code'), text: (row) => row.areaCode },
  ];
  return (
    <Page title={t('nav.entries')}>
      <FilterBar filters={filters} />
      <Table name="entries" list={list} columns={columns} keyOf={(row) => row.id} filters={on} />
    </Page>
  );
}
