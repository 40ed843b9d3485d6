import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { z } from 'zod';
import { importMembers, listMembers, readList, removeMember } from '#watch/rules/lists/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At, DueChip } from '../../kit/ui/clock.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useAct } from '../frame/act.ts';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Member = z.output<typeof listMembers.answer>['rows'][number];
type Imported = z.output<typeof importMembers.answer>;

export function ListPage() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useAnswer(readList, { params: { id } });
  const list = usePages(listMembers, { params: { id } });
  const { isBusy, act } = useAct('/api/lists');
  const [isImport, setImport] = useState(false);
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const canManage = may(me, 'list.manage');
  const remove = (subjectId: number): void =>
    void act(() => call(removeMember, { params: { id, subjectId } }), t('list.removed'));
  const columns: Column<Member>[] = [
    {
      head: t(`list.${data.subject}`),
      text: (row) => row.name,
      render: (row) =>
        data.subject === 'person' ? (
          <Link to="/people/$id" params={{ id: String(row.subjectId) }}>
            {row.name}
          </Link>
        ) : (
          <Link to="/places/$id" params={{ id: String(row.subjectId) }}>
            {row.name}
          </Link>
        ),
    },
    { head: t('area.code'), text: (row) => row.areaCode },
    {
      head: t('list.from'),
      text: (row) => fullTime(row.from),
      render: (row) => <At at={row.from} />,
    },
    {
      head: t('list.until'),
      text: (row) => fullTime(row.until),
      render: (row) => <DueChip dueAt={row.until} />,
    },
    { head: t('list.source'), text: (row) => row.source },
    { head: t('list.reason'), text: (row) => row.reason },
    ...(canManage
      ? [
          {
            head: t('list.remove'),
            text: () => '',
            render: (row: Member) => (
              <button
                type="button"
                className="btn quiet"
                disabled={isBusy}
                onClick={() => remove(row.subjectId)}
              >
                {t('list.remove')}
              </button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page
      title={say(data.words)}
      crumbs={<Link to="/lists">{t('nav.lists')}</Link>}
      actions={
        canManage && (
          <button type="button" className="btn primary" onClick={() => setImport(true)}>
            {t('list.import')}
          </button>
        )
      }
    >
      <dl className="facts card">
        <dt>{t('list.members')}</dt>
        <dd>{data.members.toLocaleString('en')}</dd>
        <dt>{t('list.purpose')}</dt>
        <dd>{say(data.purpose)}</dd>
        <dt>{t('list.basis')}</dt>
        <dd>{say(data.legalBasis)}</dd>
      </dl>
      <Table
        name={`list-${id}`}
        list={list}
        columns={columns}
        keyOf={(row) => row.subjectId}
        exportOf={null}
      />
      {isImport && <Import id={id} onClose={() => setImport(false)} />}
    </Page>
  );
}

function Import({ id, onClose }: { id: string; onClose: () => void }) {
  const { t, say } = useDeskWords();
  const { isBusy, act } = useAct('/api/lists');
  const [done, setDone] = useState<Imported>();
  const submit = async (form: FormData): Promise<void> => {
    const file = form.get('file');
    if (!(file instanceof File)) return;
    const body = {
      format: file.name.endsWith('.csv') ? ('csv' as const) : ('ndjson' as const),
      text: await file.text(),
      source: String(form.get('source') ?? ''),
    };
    setDone(await act(() => call(importMembers, { params: { id }, body })));
  };
  return (
    <Sheet title={t('list.import')} onClose={onClose}>
      <form className="col" action={submit}>
        <label className="field">
          <span>{t('list.file')}</span>
          <input className="input" type="file" name="file" accept=".csv,.ndjson,.jsonl" required />
        </label>
        <label className="field">
          <span>{t('list.source')}</span>
          <input className="input" name="source" required maxLength={120} />
        </label>
        <p className="dim small">{t('list.importHelp')}</p>
        {done && (
          <div className="col">
            <p className="chip good">
              {t('list.imported', { imported: done.imported, received: done.received })}
            </p>
            <ul className="faults">
              {done.faults.map((one) => (
                <li key={`${one.row}-${one.path}`}>
                  {t('row.number', { no: one.row })} <code>{one.path}</code> {say(one.text)}
                </li>
              ))}
            </ul>
            {done.faultsTotal > done.faults.length && (
              <p className="dim">{t('list.moreFaults', { count: done.faultsTotal })}</p>
            )}
          </div>
        )}
        <div className="sheet-foot">
          <button type="button" className="btn" onClick={onClose}>
            {t('close')}
          </button>
          <button type="submit" className="btn primary" disabled={isBusy}>
            {t('list.import')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
