import { useState } from 'react';
import {
  askExport,
  fetchExport,
  type Filter,
  LIMITS,
  type Subject,
} from '#views/exports/contract.ts';
import { call, callFile } from '../api.ts';
import { saveBlob } from '../csv.ts';
import { may } from '../faces.ts';
import { useWords } from '../i18n.ts';
import { useMe } from '../session.ts';
import { Sheet } from './sheet.tsx';
import { toast } from './toast.tsx';

export type ExportOf = { subject: Subject; filter: Partial<Filter> };

/** A list about people leaves the house only as an export that is asked for, marked and recorded. */
export function ExportAsk({ subject, filter }: ExportOf) {
  const { t } = useWords();
  const me = useMe();
  const [isOpen, setOpen] = useState(false);
  if (!may(me, 'export.ask')) return null;
  return (
    <>
      <button type="button" className="btn quiet" onClick={() => setOpen(true)}>
        {t('export.ask')}
      </button>
      {isOpen && <AskSheet subject={subject} filter={filter} onClose={() => setOpen(false)} />}
    </>
  );
}

function AskSheet({ subject, filter, onClose }: ExportOf & { onClose: () => void }) {
  const { t, sorry } = useWords();
  const [purpose, setPurpose] = useState('');
  const [isBusy, setBusy] = useState(false);
  const go = async (): Promise<void> => {
    setBusy(true);
    try {
      const row = await call(askExport, { body: { subject, filter, purpose } });
      if (row.state === 'approved') {
        await fetchFile(row.id);
        toast(t('export.done', { rows: row.rows }));
      } else toast(t('export.waits', { rows: row.rows }));
      onClose();
    } catch (error) {
      toast(sorry(error), { bad: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Sheet title={t('export.title', { what: t(`export.${subject}`) })} onClose={onClose}>
      <form
        className="col"
        onSubmit={(e) => {
          e.preventDefault();
          void go();
        }}
      >
        <p>{t('export.why', { free: LIMITS.freeRowsMax })}</p>
        <label className="field">
          <span>{t('export.purpose')}</span>
          <input
            className="input"
            required
            minLength={4}
            maxLength={200}
            value={purpose}
            onChange={(e) => setPurpose(e.target.value)}
          />
        </label>
        <div className="sheet-foot">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={isBusy}>
            {t('export.go')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

/** Fetches an approved export and hands it to the reader; throws CallError. */
export const fetchFile = async (id: number): Promise<void> =>
  saveBlob(`export-${id}.csv`, await callFile(fetchExport, { params: { id } }));
