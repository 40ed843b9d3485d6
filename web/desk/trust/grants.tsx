import { useState } from 'react';
import * as api from '#registers/people/sight/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime, useNow } from '../../kit/time.ts';
import { At, DueChip } from '../../kit/ui/clock.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useAct } from '../frame/act.ts';
import { type Column, Page, Table } from '../frame/table.tsx';
import { AskGlass } from '../people/glass.tsx';
import { useDeskWords } from '../words.ts';

const REFRESH_MS = 30_000;

/** Temporary access: what waits for a review, what was judged, and one's own. */
export function Grants() {
  const { t } = useDeskWords();
  const me = useMe();
  const [isAsking, setAsking] = useState(false);
  const canAsk = may(me, 'glass.break');
  return (
    <Page
      title={t('nav.grants')}
      actions={
        canAsk && (
          <button type="button" className="btn primary" onClick={() => setAsking(true)}>
            {t('glass.ask')}
          </button>
        )
      }
    >
      {may(me, 'glass.review') && (
        <>
          <Reviews state="unreviewed" />
          <Reviews state="reviewed" />
        </>
      )}
      {canAsk && <Own />}
      {isAsking && <AskGlass onClose={() => setAsking(false)} />}
    </Page>
  );
}

function State({ row }: { row: api.GrantView }) {
  const { t } = useDeskWords();
  const now = useNow();
  if (row.endedAt !== null) return <span className="chip">{t('grants.ended')}</span>;
  if (row.until <= now) return <span className="chip">{t('grants.over')}</span>;
  return <DueChip dueAt={row.until} label={t('grants.live')} />;
}

function useColumns(): Column<api.GrantView>[] {
  const { t, say } = useDeskWords();
  return [
    { head: '#', text: (row) => row.id, isNumber: true },
    { head: t('grants.person'), text: (row) => t('grants.personOf', { id: row.personId }) },
    { head: t('grants.purpose'), text: (row) => say(row.purposeWords) },
    { head: t('grants.reason'), text: (row) => row.reason },
    {
      head: t('grants.from'),
      text: (row) => fullTime(row.from),
      render: (row) => <At at={row.from} />,
    },
    {
      head: t('grants.state'),
      text: (row) => fullTime(row.endedAt ?? row.until),
      render: (row) => <State row={row} />,
    },
  ];
}

function Verdict({ row }: { row: api.GrantView }) {
  const { t } = useDeskWords();
  if (row.verdict === null) return <span className="chip warn">{t('grants.unreviewed')}</span>;
  return (
    <span className={row.verdict === 'justified' ? 'chip good' : 'chip bad'} title={row.note}>
      {t(`grants.${row.verdict}`)}
    </span>
  );
}

function Own() {
  const { t } = useDeskWords();
  const list = usePages(api.ownGrants);
  const { isBusy, act } = useAct('/api/grants', '/api/people');
  const now = useNow();
  const end = (id: number) =>
    void act(() => call(api.endGrant, { params: { id } }), t('glass.isEnded'));
  const columns: Column<api.GrantView>[] = [
    ...useColumns(),
    {
      head: t('grants.reviewed'),
      text: (row) => row.verdict,
      render: (row) => <Verdict row={row} />,
    },
    {
      head: t('grants.move'),
      text: () => null,
      render: (row) =>
        row.endedAt === null &&
        row.until > now && (
          <button type="button" className="btn" disabled={isBusy} onClick={() => end(row.id)}>
            {t('glass.end')}
          </button>
        ),
    },
  ];
  return (
    <section className="col" aria-labelledby="grants-own">
      <h2 id="grants-own">{t('grants.mine')}</h2>
      <Table
        name="grants-own"
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        empty={t('grants.noneMine')}
        exportOf={null}
      />
    </section>
  );
}

function Reviews({ state }: { state: 'unreviewed' | 'reviewed' }) {
  const { t } = useDeskWords();
  const list = usePages(api.listGrants, { query: { state } }, { refreshMs: REFRESH_MS });
  const [open, setOpen] = useState<number>();
  const isOpen = state === 'unreviewed';
  const columns: Column<api.GrantView>[] = [
    ...useColumns(),
    { head: t('grants.actor'), text: (row) => row.actorName },
    ...(isOpen
      ? []
      : [
          {
            head: t('grants.reviewed'),
            text: (row: api.GrantView) => row.verdict,
            render: (row: api.GrantView) => <Verdict row={row} />,
          },
          { head: t('grants.reviewer'), text: (row: api.GrantView) => row.reviewer },
        ]),
    {
      head: t('grants.move'),
      text: () => null,
      render: (row) => (
        <button type="button" className="btn" onClick={() => setOpen(row.id)}>
          {t('grants.open', { id: row.id })}
        </button>
      ),
    },
  ];
  const title = t(isOpen ? 'grants.toReview' : 'grants.reviewed');
  return (
    <section className="col" aria-label={title}>
      <h2>{title}</h2>
      <Table
        name={`grants-${state}`}
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        empty={t(isOpen ? 'grants.none' : 'grants.noneReviewed')}
        exportOf={null}
      />
      {open !== undefined && <Review id={open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

/** One use: who, why, what was looked at; and the verdict. */
function Review({ id, onClose }: { id: number; onClose: () => void }) {
  const { t, say, word } = useDeskWords();
  const { data, error, refetch } = useAnswer(api.readGrant, { params: { id } });
  const { isBusy, act } = useAct('/api/grants');
  const [note, setNote] = useState('');
  const judge = async (verdict: 'justified' | 'unjustified'): Promise<void> => {
    const body = { verdict, note: note.trim() };
    const done = await act(
      () => call(api.reviewGrant, { params: { id }, body }),
      t('grants.isReviewed'),
    );
    if (done) onClose();
  };
  const isReady = note.trim().length >= 4 && !isBusy;
  return (
    <Sheet title={t('grants.open', { id })} onClose={onClose}>
      {error && <Sorry error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {data && (
        <>
          <dl className="facts">
            <dt>{t('grants.actor')}</dt>
            <dd>{data.actorName}</dd>
            <dt>{t('grants.person')}</dt>
            <dd>
              {t('grants.personOf', { id: data.personId })} · {data.personArea}
            </dd>
            <dt>{t('grants.purpose')}</dt>
            <dd>{say(data.purposeWords)}</dd>
            <dt>{t('grants.reason')}</dt>
            <dd>{data.reason}</dd>
            <dt>{t('grants.from')}</dt>
            <dd>
              {fullTime(data.from)} – {fullTime(data.endedAt ?? data.until)}
            </dd>
          </dl>
          <h3>{t('grants.looked')}</h3>
          {data.looked.length === 0 && <p className="dim">{t('grants.lookedNone')}</p>}
          <ul className="lines">
            {data.looked.map((one) => (
              <li key={`${one.at} ${one.action} ${one.subject}`}>
                <At at={one.at} />
                <span className="grow">{word('deed', one.action)}</span>
              </li>
            ))}
          </ul>
          {data.verdict !== null && (
            <p className="notice">
              {t(`grants.${data.verdict}`)} · {data.reviewer} · {data.note}
            </p>
          )}
        </>
      )}
      {data?.mayReview && (
        <>
          <label className="field">
            <span>{t('grants.note')}</span>
            <textarea
              className="input"
              maxLength={300}
              value={note}
              onChange={(e) => setNote(e.target.value)}
            />
          </label>
          <p className="dim small">{t('grants.noteWhy')}</p>
        </>
      )}
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('close')}
        </button>
        {data?.mayReview && (
          <>
            <button
              type="button"
              className="btn bad"
              disabled={!isReady}
              onClick={() => void judge('unjustified')}
            >
              {t('grants.unjustified')}
            </button>
            <button
              type="button"
              className="btn primary"
              disabled={!isReady}
              onClick={() => void judge('justified')}
            >
              {t('grants.justified')}
            </button>
          </>
        )}
      </div>
    </Sheet>
  );
}
