import { useState } from 'react';
import { AddPasskey, AddTotp } from '../kit/account/add-factor.tsx';
import { hasPasskeys } from '../kit/account/passkey.ts';
import { useWords } from '../kit/i18n.ts';
import type { zh } from './strings.zh.ts';

/** A role that must have a second factor adds one here before anything else opens. */
export function Enrol({ onDone }: { onDone: (recovery: string[]) => void }) {
  const { t } = useWords<keyof typeof zh>();
  const [way, setWay] = useState<'passkey' | 'totp'>(hasPasskeys() ? 'passkey' : 'totp');
  const other = way === 'totp' ? 'passkey' : 'totp';
  return (
    <>
      <p className="dim">{t('door.enrolWhy')}</p>
      {way === 'totp' ? <AddTotp onDone={onDone} /> : <AddPasskey onDone={onDone} />}
      {hasPasskeys() && (
        <button type="button" className="btn" onClick={() => setWay(other)}>
          {t(`door.by.${other}`)}
        </button>
      )}
    </>
  );
}
