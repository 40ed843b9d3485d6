import { useState } from 'react';
import type { CodeSet } from '#watch/rules/lists/contract.ts';
import { putCode } from '#watch/rules/lists/contract.ts';
import { call } from '../../kit/api.ts';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useAct } from '../frame/act.ts';
import { instantOfLocal, localOf } from '../registers/roster.ts';
import { useDeskWords } from '../words.ts';

type Code = CodeSet['codes'][number];
type Props = { set: CodeSet; code?: Code | undefined; onClose: () => void };

/** A code of a set and the time in which it counts; the past stays as it was, so that old alerts explain themselves. */
export function CodeSheet({ set, code, onClose }: Props) {
  const { t, say } = useDeskWords();
  const { isBusy, act } = useAct('/api/code-sets');
  const [name, setName] = useState(code?.code ?? '');
  const [zh, setZh] = useState(code?.words.zh ?? '');
  const [en, setEn] = useState(code?.words.en ?? '');
  const [from, setFrom] = useState(() => localOf(code?.from ?? Date.now()));
  const [until, setUntil] = useState(code?.until ? localOf(code.until) : '');
  const fromAt = instantOfLocal(from);
  const untilAt = until ? instantOfLocal(until) : null;
  const isDouble = !code && set.codes.some((one) => one.code === name.trim());
  const isBackward = untilAt !== null && !(untilAt > fromAt);
  const isReady = name.trim() !== '' && zh.trim() !== '' && !Number.isNaN(fromAt) && !isBackward;
  const save = async (): Promise<void> => {
    const body = {
      words: { zh: zh.trim(), en: en.trim() || zh.trim() },
      from: fromAt,
      until: untilAt,
    };
    const params = { id: set.id, code: name.trim() };
    if (await act(() => call(putCode, { params, body }), t('code.saved'))) onClose();
  };
  return (
    <Sheet title={`${t(code ? 'code.edit' : 'code.new')} · ${say(set.words)}`} onClose={onClose}>
      <form
        className="col"
        onSubmit={(e) => {
          e.preventDefault();
          if (isReady && !isDouble) void save();
        }}
      >
        <label className="field">
          <span>{t('code.code')}</span>
          <input
            className="input"
            required
            maxLength={60}
            readOnly={code !== undefined}
            value={name}
            aria-invalid={isDouble}
            onChange={(e) => setName(e.target.value)}
          />
        </label>
        {isDouble && <p className="bad-text small">{t('code.double')}</p>}
        <div className="pair">
          <label className="field">
            <span>{t('code.name')}</span>
            <input
              className="input"
              required
              maxLength={400}
              value={zh}
              onChange={(e) => setZh(e.target.value)}
            />
          </label>
          <label className="field">
            <span>{t('code.name')} (English)</span>
            <input
              className="input"
              maxLength={400}
              value={en}
              onChange={(e) => setEn(e.target.value)}
            />
          </label>
          <label className="field">
            <span>{t('list.from')}</span>
            <input
              className="input"
              type="datetime-local"
              required
              value={from}
              onChange={(e) => setFrom(e.target.value)}
            />
          </label>
          <label className="field">
            <span>{t('code.until')}</span>
            <input
              className="input"
              type="datetime-local"
              value={until}
              aria-invalid={isBackward}
              onChange={(e) => setUntil(e.target.value)}
            />
          </label>
        </div>
        {isBackward && <p className="bad-text small">{t('code.backward')}</p>}
        <p className="dim small">{t('code.help')}</p>
        <div className="sheet-foot">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={!isReady || isDouble || isBusy}>
            {t('save')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
