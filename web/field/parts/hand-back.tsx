import { useEffect, useId, useState } from 'react';
import { type Area, listAreas } from '#registers/areas/contract.ts';
import { call } from '../../kit/api.ts';
import { toast } from '../../kit/ui/toast.tsx';
import { Picks } from './form-field.tsx';
import { act, type MyTask } from '../store/sync.ts';
import { goTo, useFieldWords } from '../words.ts';

const REST_MS = 300;

/** Back to the level above, or over to another area: both want a reason. */
export function HandBack({ task }: { task: MyTask }) {
  const { t, sorry } = useFieldWords();
  const [way, setWay] = useState<'return' | 'transfer'>('return');
  const [reason, setReason] = useState('');
  const [area, setArea] = useState<Area>();
  const labelId = useId();
  const isReady = reason.trim() !== '' && (way === 'return' || area !== undefined);
  const send = async (): Promise<void> => {
    try {
      const body = {
        reason: reason.trim(),
        ...(way === 'transfer' ? { areaCode: area?.code } : {}),
      };
      const fate = await act(task, way, body);
      toast(t(`task.${fate}`), { bad: fate === 'refused' });
      goTo('#/');
    } catch (error) {
      toast(sorry(error), { bad: true });
    }
  };
  return (
    <details className="panel">
      <summary>{t('back.open')}</summary>
      <div className="col">
        <span id={labelId} className="sr">
          {t('back.open')}
        </span>
        <Picks
          labelId={labelId}
          choices={[
            { value: 'return', label: t('back.return') },
            { value: 'transfer', label: t('back.transfer') },
          ]}
          chosen={[way]}
          onPick={(value) => setWay(value === 'transfer' ? 'transfer' : 'return')}
        />
        {way === 'transfer' && <AreaPick chosen={area} onChoose={setArea} />}
        <label className="field">
          <span>{t('back.reason')}</span>
          <textarea
            className="input"
            maxLength={500}
            value={reason}
            onChange={(e) => setReason(e.target.value)}
          />
        </label>
        <button type="button" className="btn big" disabled={!isReady} onClick={() => void send()}>
          {t('back.send')}
        </button>
      </div>
    </details>
  );
}

async function findAreas(search: string): Promise<Area[]> {
  if (search === '') return [];
  try {
    return (await call(listAreas, { query: { search, limit: 6 } })).rows;
  } catch {
    // Without a line there is nothing to choose from; a return to the level above still works.
    return [];
  }
}

function AreaPick({ chosen, onChoose }: { chosen: Area | undefined; onChoose: (a: Area) => void }) {
  const { t, say } = useFieldWords();
  const [text, setText] = useState('');
  const [found, setFound] = useState<Area[]>([]);
  useEffect(() => {
    const timer = setTimeout(() => {
      void findAreas(text.trim()).then(setFound);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="col">
      <label className="field">
        <span>{t('back.area')}</span>
        <input
          className="input"
          type="search"
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
      </label>
      <div className="picks">
        {found.map((area) => (
          <button
            key={area.code}
            type="button"
            className="btn"
            aria-pressed={area.code === chosen?.code}
            onClick={() => onChoose(area)}
          >
            {say(area.name)}
          </button>
        ))}
      </div>
    </div>
  );
}
