import { useState } from 'react';
import type { z } from 'zod';
import { listDiseases } from '#registers/diseases/contract.ts';
import { importMembers } from '#watch/rules/lists/contract.ts';
import { CallError, call } from '../../kit/api.ts';
import { useAnswer } from '../../kit/query.ts';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useAct } from '../frame/act.ts';
import { useDeskWords } from '../words.ts';
import { UnderOrder } from './orders/under-order.tsx';

type Imported = z.output<typeof importMembers.answer>;
/** Refusals for which the page says what would be needed. */
const NEEDED = [
  'no-incident',
  'no-such-incident',
  'incident-shape',
  'list-concentrated',
  'purpose-refused',
  'bulk-blocked',
  'no-mandate',
] as const;

/** Brings a list in, or says plainly why it was stopped and what would be needed. */
export function ListImport({ id, onClose }: { id: string; onClose: () => void }) {
  const { t, say } = useDeskWords();
  const { isBusy, act } = useAct('/api/lists', '/api/mandates');
  const diseases = useAnswer(listDiseases);
  const [done, setDone] = useState<Imported>();
  const [stopped, setStopped] = useState<CallError>();
  const submit = async (form: FormData): Promise<void> => {
    const file = form.get('file');
    if (!(file instanceof File)) return;
    const body = {
      format: file.name.endsWith('.csv') ? ('csv' as const) : ('ndjson' as const),
      text: await file.text(),
      source: String(form.get('source') ?? ''),
      incident: String(form.get('incident') ?? '').trim() || null,
      disease: String(form.get('disease') ?? '') || undefined,
    };
    setDone(undefined);
    setStopped(undefined);
    const answer = await act(() =>
      call(importMembers, { params: { id }, body }).catch((error: unknown) => {
        // A no is said in the sheet, where it stays; what failed is said as everywhere.
        if (!(error instanceof CallError) || error.status < 400 || error.status >= 500) throw error;
        setStopped(error);
      }),
    );
    setDone(answer ?? undefined);
  };
  return (
    <Sheet title={t('list.import')} onClose={onClose}>
      <form
        className="col"
        onSubmit={(e) => {
          e.preventDefault();
          void submit(new FormData(e.currentTarget));
        }}
      >
        <UnderOrder fn="bulk_lists" />
        <p className="dim small">{t('list.bulkHelp')}</p>
        <label className="field">
          <span>{t('list.file')}</span>
          <input className="input" type="file" name="file" accept=".csv,.ndjson,.jsonl" required />
        </label>
        <label className="field">
          <span>{t('list.incident')}</span>
          <input className="input" name="incident" maxLength={60} autoComplete="off" />
          <span className="dim small">{t('list.incidentHelp')}</span>
        </label>
        <label className="field">
          <span>{t('orders.disease')}</span>
          <select className="input" name="disease" defaultValue="">
            <option value="">{t('list.noDisease')}</option>
            {diseases.data?.rows.map((it) => (
              <option key={it.code} value={it.code}>
                {say(it.words)}
              </option>
            ))}
          </select>
          <span className="dim small">{t('list.diseaseHelp')}</span>
        </label>
        <label className="field">
          <span>{t('list.source')}</span>
          <input className="input" name="source" required maxLength={120} />
        </label>
        <p className="dim small">{t('list.importHelp')}</p>
        {stopped && <Stopped error={stopped} />}
        {done && <Done done={done} />}
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

function Stopped({ error }: { error: CallError }) {
  const { t, say } = useDeskWords();
  const needed = NEEDED.find((code) => code === error.code);
  return (
    <div className="notice bad col" role="alert">
      <strong>{t('list.blocked')}</strong>
      <p>{say(error.words)}</p>
      {needed && (
        <p>
          {t('list.needed')}: {t(`list.needed.${needed}`)}
        </p>
      )}
    </div>
  );
}

function Done({ done }: { done: Imported }) {
  const { t, say } = useDeskWords();
  return (
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
  );
}
