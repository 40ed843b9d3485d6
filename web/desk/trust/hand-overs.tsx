import { Link } from '@tanstack/react-router';
import { listTies, type TieView } from '#registers/people/sight/contract.ts';
import { usePages } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { TieMoves } from '../people/ties.tsx';
import { useDeskWords } from '../words.ts';

const REFRESH_MS = 30_000;

/** People handed from one area to another: what waits for us, and what we wait for. */
export function HandOvers() {
  const { t } = useDeskWords();
  return (
    <Page title={t('nav.handOvers')}>
      <Side side="incoming" />
      <Side side="offered" />
    </Page>
  );
}

function Side({ side }: { side: 'incoming' | 'offered' }) {
  const { t } = useDeskWords();
  const list = usePages(listTies, { query: { side } }, { refreshMs: REFRESH_MS });
  const columns: Column<TieView>[] = [
    {
      head: t('person.name'),
      text: (row) => row.name,
      render: (row) => (
        <Link to="/people/$id" params={{ id: String(row.personId) }}>
          {row.name || t('ties.nameless')}
        </Link>
      ),
    },
    { head: t('ties.relation'), text: (row) => t(`ties.${row.relation}`) },
    { head: t('ties.from'), text: (row) => row.fromArea || null },
    { head: t('ties.area'), text: (row) => row.areaCode },
    { head: t('ties.reason'), text: (row) => row.reason },
    { head: t('ties.by'), text: (row) => row.proposedBy },
    {
      head: t('ties.at'),
      text: (row) => fullTime(row.proposedAt),
      render: (row) => <At at={row.proposedAt} />,
    },
    { head: t('grants.move'), text: () => null, render: (row) => <TieMoves tie={row} /> },
  ];
  const title = t(`ties.${side}`);
  return (
    <section className="col" aria-label={title}>
      <h2>{title}</h2>
      <Table
        name={`hand-overs-${side}`}
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        empty={t(side === 'incoming' ? 'ties.noIncoming' : 'ties.noOffered')}
        exportOf={null}
      />
    </section>
  );
}
