import { useState } from 'react';
import { type AlarmView, judgeAlarm } from '#registers/misuse/contract.ts';
import { call } from '../../../kit/api.ts';
import { Sheet } from '../../../kit/ui/sheet.tsx';
import { useAct } from '../../frame/act.ts';
import { useDeskWords } from '../../words.ts';
import { Figures } from './misuse.tsx';

const NOTE_CHARS_MIN = 4;

/** The judgement with its reason; both buttons say what follows. */
export function Judge({ alarm, onClose }: { alarm: AlarmView; onClose: () => void }) {
  const { t, say } = useDeskWords();
  const { isBusy, act } = useAct('/api/misuse');
  const [note, setNote] = useState('');
  const isReady = !isBusy && note.trim().length >= NOTE_CHARS_MIN;
  const go = async (judgement: 'confirmed' | 'cleared'): Promise<void> => {
    const body = { judgement, note };
    const done = await act(
      () => call(judgeAlarm, { params: { id: alarm.id }, body }),
      t('misuse.judged'),
    );
    if (done) onClose();
  };
  return (
    <Sheet title={t('misuse.judgeTitle', { id: alarm.id })} onClose={onClose}>
      <p>
        <strong>{say(alarm.kindWords)}</strong> · {alarm.actorName}
      </p>
      <Figures alarm={alarm} />
      <label className="field">
        <span>{t('misuse.note')}</span>
        <textarea
          className="input"
          maxLength={1000}
          value={note}
          onChange={(e) => setNote(e.target.value)}
        />
      </label>
      <p className="dim small">{t('misuse.noteWhy')}</p>
      <div className="sheet-foot">
        {alarm.state === 'open' && (
          <button
            type="button"
            className="btn bad"
            disabled={!isReady}
            onClick={() => void go('confirmed')}
          >
            {t('misuse.confirm')}
          </button>
        )}
        <button
          type="button"
          className="btn primary"
          disabled={!isReady}
          onClick={() => void go('cleared')}
        >
          {t('misuse.clear')}
        </button>
      </div>
    </Sheet>
  );
}
