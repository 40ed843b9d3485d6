import type { z } from 'zod';
import { listCodeSets } from '#watch/rules/lists/contract.ts';
import { useAnswer } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Code = z.output<typeof listCodeSets.answer>['rows'][number]['codes'][number];

/** Sets of codes that rules name, each code with the time in which it counts. */
export function Codes() {
  const { t, say } = useDeskWords();
  const { data, error, refetch } = useAnswer(listCodeSets);
  const columns: Column<Code>[] = [
    { head: t('code.code'), text: (row) => row.code },
    { head: t('code.name'), text: (row) => say(row.words) },
    {
      head: t('list.from'),
      text: (row) => fullTime(row.from),
      render: (row) => <At at={row.from} />,
    },
    {
      head: t('list.until'),
      text: (row) => (row.until === null ? '' : fullTime(row.until)),
      render: (row) => <At at={row.until} />,
    },
  ];
  return (
    <Page title={t('nav.codes')}>
      {error && <Sorry error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {data?.rows.length === 0 && <Empty />}
      {data?.rows.map((set) => (
        <section key={set.id} className="col">
          <h2>
            {say(set.words)} <code>codes.{set.id}</code>
          </h2>
          <Table
            name={`codes-${set.id}`}
            list={{ rows: set.codes, isLoading: false, error: null, retry: () => undefined }}
            columns={columns}
            keyOf={(row) => row.code}
          />
        </section>
      ))}
    </Page>
  );
}
