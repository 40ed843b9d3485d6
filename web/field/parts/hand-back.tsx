import { useId, useState } from 'react';
import type { Area } from '#registers/areas/contract.ts';
import { AreaPick } from '../../kit/ui/area-pick.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { Picks } from './form-field.tsx';
import { act, type MyTask } from '../store/sync.ts';
import { goTo, useFieldWords } from '../words.ts';

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
        {way === 'transfer' && <AreaPick label={t('back.area')} chosen={area} onChoose={setArea} />}
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
