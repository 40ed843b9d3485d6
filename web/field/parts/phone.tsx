import { useId, useState } from 'react';
import type { z } from 'zod';
import { revealPhone } from '#response/tasks/contract.ts';
import { call } from '../../kit/api.ts';
import { Picks } from './form-field.tsx';
import { useFieldWords } from '../words.ts';

/** Why a number is looked at: goes into the audit trail with the look. */
const REASONS = ['task-check', 'follow-up', 'emergency'] as const;

/** The number stays masked until a reason is given; then one tap calls it. */
export function Phone({ taskId }: { taskId: number }) {
  const { t, sorry } = useFieldWords();
  const [isAsking, setAsking] = useState(false);
  const [reach, setReach] = useState<z.output<typeof revealPhone.answer>>();
  const [error, setError] = useState<unknown>();
  const labelId = useId();
  const reveal = async (purpose: string): Promise<void> => {
    setError(undefined);
    try {
      const answer = await call(revealPhone, { params: { id: taskId }, purpose });
      setReach(answer);
      setAsking(false);
    } catch (reason) {
      setError(reason);
    }
  };
  if (reach) {
    return (
      <div className="col">
        <p>
          <strong>{reach.name}</strong> {reach.address}
        </p>
        {reach.phones.length === 0 && <p className="fault">{t('phone.none')}</p>}
        {reach.phones.map((phone) => (
          <a key={phone} className="btn primary big" href={`tel:${phone}`}>
            {t('phone.call', { phone })}
          </a>
        ))}
      </div>
    );
  }
  return (
    <div className="col">
      {!isAsking && (
        <button type="button" className="btn big" onClick={() => setAsking(true)}>
          {t('phone.show')}
        </button>
      )}
      {isAsking && (
        <>
          <p id={labelId}>{t('phone.why')}</p>
          <Picks
            labelId={labelId}
            choices={REASONS.map((value) => ({ value, label: t(`phone.reason.${value}`) }))}
            chosen={[]}
            onPick={(value) => void reveal(value)}
          />
        </>
      )}
      {error !== undefined && (
        <p className="fault" role="alert">
          {sorry(error)}
        </p>
      )}
    </div>
  );
}
