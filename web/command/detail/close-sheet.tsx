import { useId, useState } from 'react';
import type { AlertRow } from '#watch/alerts/contract.ts';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useTriage } from '../triage.ts';
import { useCommandWords } from '../words.ts';

const OUTCOMES = [
  'confirmed',
  'suspected',
  'excluded',
  'false_alarm',
  'duplicate_case',
  'unreachable_handed_over',
] as const;

/** These say something nobody sees from the code: why wrong, double of what, handed to whom. */
const NOTE_NEEDED: readonly string[] = ['false_alarm', 'duplicate_case', 'unreachable_handed_over'];

type Props = { alert: AlertRow; onClose: () => void };

/** Closing wants an outcome: the rules learn from it. */
export function CloseSheet({ alert, onClose }: Props) {
  const { t, say } = useCommandWords();
  const { close } = useTriage();
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number]>();
  const [note, setNote] = useState('');
  const labelId = useId();
  const isNoteNeeded = outcome !== undefined && NOTE_NEEDED.includes(outcome);
  const isReady = outcome !== undefined && (!isNoteNeeded || note.trim() !== '');
  const go = async (): Promise<void> => {
    if (outcome && (await close(alert.id, outcome, note.trim()))) onClose();
  };
  return (
    <Sheet title={t('act.close')} onClose={onClose}>
      <p className="dim">{say(alert.title)}</p>
      <p id={labelId}>{t('close.outcome')}</p>
      <fieldset className="picks-2" aria-labelledby={labelId}>
        {OUTCOMES.map((one) => (
          <button
            key={one}
            type="button"
            className="btn"
            aria-pressed={outcome === one}
            onClick={() => setOutcome(one)}
          >
            {t(`outcome.${one}`)}
          </button>
        ))}
      </fieldset>
      <label className="field">
        <span>{t(isNoteNeeded ? 'close.noteNeeded' : 'close.note')}</span>
        <textarea
          className="input"
          maxLength={500}
          value={note}
          onChange={(e) => setNote(e.target.value)}
        />
      </label>
      {alert.tasksOpen > 0 && <p className="dim small">{t('close.warn')}</p>}
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" className="btn primary" disabled={!isReady} onClick={() => void go()}>
          {t('act.close')}
        </button>
      </div>
    </Sheet>
  );
}

/** Reopening and remarking both want a text. */
export function ReasonSheet({ act, alert, onClose }: Props & { act: 'reopen' | 'comment' }) {
  const { t, say } = useCommandWords();
  const triage = useTriage();
  const [text, setText] = useState('');
  const go = async (): Promise<void> => {
    if (await triage[act](alert.id, text.trim())) onClose();
  };
  return (
    <Sheet title={t(`act.${act}`)} onClose={onClose}>
      <p className="dim">{say(alert.title)}</p>
      <label className="field">
        <span>{t(act === 'reopen' ? 'reopen.reason' : 'act.comment')}</span>
        <textarea
          className="input"
          maxLength={500}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
      </label>
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('cancel')}
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={text.trim() === ''}
          onClick={() => void go()}
        >
          {t(`act.${act}`)}
        </button>
      </div>
    </Sheet>
  );
}
