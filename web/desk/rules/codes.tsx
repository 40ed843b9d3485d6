import { useState } from 'react';
import { type CodeSet, listCodeSets, putCode } from '#watch/rules/lists/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime, useNow } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useAct } from '../frame/act.ts';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { CodeSheet } from './code-sheet.tsx';

type Code = CodeSet['codes'][number];

/** Sets of codes that rules name, each code with the time in which it counts. */
export function Codes() {
  const { t } = useDeskWords();
  const { data, error, refetch } = useAnswer(listCodeSets);
  return (
    <Page title={t('nav.codes')}>
      {error && <Sorry error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {data?.rows.length === 0 && <Empty />}
      {data?.rows.map((set) => (
        <OneSet key={set.id} set={set} />
      ))}
    </Page>
  );
}

type StateKey = 'code.counts' | 'code.later' | 'code.ended';
const stateOf = (code: Code, now: number): StateKey => {
  if (code.from > now) return 'code.later';
  return code.until !== null && code.until <= now ? 'code.ended' : 'code.counts';
};

function OneSet({ set }: { set: CodeSet }) {
  const { t, say } = useDeskWords();
  const me = useMe();
  const [sheet, setSheet] = useState<{ code?: Code }>();
  const mayEdit = may(me, 'list.manage');
  const columns = useCodeColumns(set, mayEdit ? (code) => setSheet({ code }) : undefined);
  return (
    <section className="col">
      <div className="row">
        <h2 className="grow">
          {say(set.words)} <code>codes.{set.id}</code>
        </h2>
        {mayEdit && (
          <button type="button" className="btn" onClick={() => setSheet({})}>
            {t('code.new')}
            <span className="sr"> {say(set.words)}</span>
          </button>
        )}
      </div>
      <Table
        name={`codes-${set.id}`}
        list={{ rows: set.codes, isLoading: false, error: null, retry: () => undefined }}
        columns={columns}
        keyOf={(row) => row.code}
      />
      {sheet && <CodeSheet set={set} code={sheet.code} onClose={() => setSheet(undefined)} />}
    </section>
  );
}

/** Ending a code is no removal: it counted then, it does not count from now on. Undo gives it back. */
function useEnd(set: CodeSet): (code: Code) => Promise<void> {
  const { t } = useDeskWords();
  const { act } = useAct('/api/code-sets');
  const put = (code: Code) => {
    const { words, from, until } = code;
    const params = { id: set.id, code: code.code };
    return act(() => call(putCode, { params, body: { words, from, until } }));
  };
  return async (code) => {
    const ended = await put({ ...code, until: Math.max(Date.now(), code.from + 1) });
    if (ended) toast(t('code.isEnded', { code: code.code }), { undo: () => void put(code) });
  };
}

function useCodeColumns(set: CodeSet, edit?: (code: Code) => void): Column<Code>[] {
  const { t, say } = useDeskWords();
  const now = useNow();
  const end = useEnd(set);
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
    {
      head: t('code.state'),
      text: (row) => t(stateOf(row, now)),
      render: (row) => (
        <span className={stateOf(row, now) === 'code.counts' ? 'chip good' : 'chip'}>
          {t(stateOf(row, now))}
        </span>
      ),
    },
  ];
  if (!edit) return columns;
  const acts: Column<Code> = {
    head: t('code.acts'),
    text: () => '',
    render: (row) => (
      <span className="row">
        <button type="button" className="btn quiet" onClick={() => edit(row)}>
          {t('code.edit')}
          <span className="sr"> {row.code}</span>
        </button>
        {stateOf(row, now) === 'code.counts' && (
          <button type="button" className="btn quiet" onClick={() => void end(row)}>
            {t('code.end')}
            <span className="sr"> {row.code}</span>
          </button>
        )}
      </span>
    ),
  };
  return [...columns, acts];
}
