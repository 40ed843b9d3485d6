import { useState } from 'react';
import * as api from '#views/exports/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { fetchFile } from '../../kit/ui/export-ask.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useAct } from '../frame/act.ts';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

/** Files that left or want to leave the house: mine, and those that wait for my decision. */
export function Exports() {
  const { t } = useDeskWords();
  const me = useMe();
  return (
    <Page title={t('nav.exports')}>
      {may(me, 'export.approve') && (
        <>
          <ToDecide />
          <FindMark />
        </>
      )}
      {may(me, 'export.ask') && <Own />}
    </Page>
  );
}

const CHIP: Record<api.ExportRow['state'], string> = {
  asked: 'chip warn',
  approved: 'chip good',
  declined: 'chip bad',
  withdrawn: 'chip',
  expired: 'chip',
};

function useColumns(): Column<api.ExportRow>[] {
  const { t } = useDeskWords();
  return [
    { head: '#', text: (row) => row.id, isNumber: true },
    { head: t('exports.what'), text: (row) => t(`export.${row.subject}`) },
    { head: t('exports.rows'), text: (row) => row.rows, isNumber: true },
    { head: t('exports.purpose'), text: (row) => row.purpose },
    {
      head: t('exports.state'),
      text: (row) => t(`exports.state.${row.state}`),
      render: (row) => <span className={CHIP[row.state]}>{t(`exports.state.${row.state}`)}</span>,
    },
    {
      head: t('exports.askedAt'),
      text: (row) => fullTime(row.askedAt),
      render: (row) => <At at={row.askedAt} />,
    },
  ];
}

function Own() {
  const { t } = useDeskWords();
  const list = usePages(api.listExports);
  const { isBusy, act } = useAct('/api/exports');
  const columns: Column<api.ExportRow>[] = [
    ...useColumns(),
    {
      head: t('exports.decidedBy'),
      text: (row) => row.decidedName ?? (row.state === 'asked' ? null : t('exports.byRule')),
    },
    { head: t('exports.note'), text: (row) => row.decidedNote },
    {
      head: t('exports.act'),
      text: () => null,
      render: (row) => (
        <div className="row">
          {row.state === 'approved' && (
            <>
              <button
                type="button"
                className="btn primary"
                disabled={isBusy}
                onClick={() => void act(() => fetchFile(row.id))}
              >
                {t('exports.fetch')}
              </button>
              <span className="dim small">
                {t('exports.left', {
                  count: row.downloadsMax - row.downloads,
                  time: fullTime(row.expiresAt ?? 0),
                })}
              </span>
            </>
          )}
          {row.state === 'asked' && (
            <button
              type="button"
              className="btn"
              disabled={isBusy}
              onClick={() =>
                void act(
                  () => call(api.withdrawExport, { params: { id: row.id } }),
                  t('exports.isWithdrawn'),
                )
              }
            >
              {t('exports.withdraw')}
            </button>
          )}
        </div>
      ),
    },
  ];
  return (
    <section className="col" aria-labelledby="exports-own">
      <h2 id="exports-own">{t('exports.own')}</h2>
      <Table
        name="exports"
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        empty={t('exports.none')}
      />
    </section>
  );
}

function ToDecide() {
  const { t } = useDeskWords();
  const list = usePages(api.listAsked, {}, { refreshMs: 30_000 });
  const [open, setOpen] = useState<api.ExportRow>();
  const columns: Column<api.ExportRow>[] = [
    ...useColumns(),
    { head: t('exports.askedBy'), text: (row) => row.askedName },
    {
      head: t('exports.act'),
      text: () => null,
      render: (row) => (
        <button type="button" className="btn primary" onClick={() => setOpen(row)}>
          {t('exports.decide', { id: row.id })}
        </button>
      ),
    },
  ];
  return (
    <section className="col" aria-labelledby="exports-asked">
      <h2 id="exports-asked">{t('exports.toDecide')}</h2>
      <Table
        name="exports-asked"
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        empty={t('exports.noneToDecide')}
      />
      {open && <Decide row={open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function Decide({ row, onClose }: { row: api.ExportRow; onClose: () => void }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/exports');
  const [note, setNote] = useState('');
  const go = async (approve: boolean): Promise<void> => {
    const body = { approve, note: note.trim() };
    const done = await act(
      () => call(api.decideExport, { params: { id: row.id }, body }),
      t('exports.isDecided'),
    );
    if (done) onClose();
  };
  const isReady = note.trim().length >= 4 && !isBusy;
  return (
    <Sheet title={t('exports.decide', { id: row.id })} onClose={onClose}>
      <dl className="facts">
        <dt>{t('exports.askedBy')}</dt>
        <dd>{row.askedName}</dd>
        <dt>{t('exports.what')}</dt>
        <dd>
          {t(`export.${row.subject}`)} · {row.rows}
        </dd>
        <dt>{t('exports.purpose')}</dt>
        <dd>{row.purpose}</dd>
      </dl>
      <label className="field">
        <span>{t('exports.note')}</span>
        <textarea
          className="input"
          maxLength={200}
          value={note}
          onChange={(e) => setNote(e.target.value)}
        />
      </label>
      <p className="dim small">{t('exports.noteWhy')}</p>
      <div className="sheet-foot">
        <button type="button" className="btn" disabled={!isReady} onClick={() => void go(false)}>
          {t('exports.decline')}
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={!isReady}
          onClick={() => void go(true)}
        >
          {t('exports.approve')}
        </button>
      </div>
    </Sheet>
  );
}

/** A leaked row names its export. */
function FindMark() {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct();
  const [found, setFound] = useState<api.ExportRow>();
  const find = async (form: FormData): Promise<void> => {
    const mark = String(form.get('mark') ?? '');
    setFound(await act(() => call(api.findMark, { body: { mark } })));
  };
  return (
    <details className="col">
      <summary>{t('exports.mark')}</summary>
      <form className="filter-bar" action={find}>
        <label className="field">
          <span>{t('exports.markHelp')}</span>
          <input className="input" name="mark" required maxLength={40} autoComplete="off" />
        </label>
        <button type="submit" className="btn" disabled={isBusy}>
          {t('exports.find')}
        </button>
      </form>
      {found && (
        <p className="notice">
          {t('exports.found', {
            name: found.askedName,
            time: fullTime(found.askedAt),
            purpose: found.purpose,
          })}
        </p>
      )}
    </details>
  );
}
