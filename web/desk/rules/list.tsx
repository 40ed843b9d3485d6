import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { z } from 'zod';
import { listMembers, readList, removeMember } from '#watch/rules/lists/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At, DueChip } from '../../kit/ui/clock.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useAct } from '../frame/act.ts';
import { UnderOrder } from '../trust/orders/under-order.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { ListImport } from '../trust/list-import.tsx';
import { useDeskWords } from '../words.ts';

type Member = z.output<typeof listMembers.answer>['rows'][number];

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
  const canImport = may(me, 'list.import') && data.subject === 'person';
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
        canImport && (
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
      {data.subject === 'person' && <UnderOrder fn="bulk_lists" quiet />}
      <Table
        name={`list-${id}`}
        list={list}
        columns={columns}
        keyOf={(row) => `${row.mandateId ?? ''} ${row.subjectId}`}
        exportOf={null}
      />
      {isImport && <ListImport id={id} onClose={() => setImport(false)} />}
    </Page>
  );
}
