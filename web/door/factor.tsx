import { useState } from 'react';
import { askPasskey, giveFactor, type Me, type NextStep } from '#registers/signin/contract.ts';
import { CodeField, Doing, textIn } from '../kit/account/parts.tsx';
import { hasPasskeys, showPasskey } from '../kit/account/passkey.ts';
import { call } from '../kit/api.ts';
import { useWords } from '../kit/i18n.ts';
import type { zh } from './strings.zh.ts';

type Way = NextStep['methods'][number];
type Props = { step: NextStep; onIn: (me: Me) => void; onBack: () => void };

/** The second step: the code of an app, a passkey, or a recovery code when both are away. */
export function FactorStep({ step, onIn, onBack }: Props) {
  const { t } = useWords<keyof typeof zh>();
  const ways = step.methods.filter((way) => way !== 'passkey' || hasPasskeys());
  const [way, setWay] = useState<Way>(ways[0] ?? 'recovery');
  const { pending } = step;
  const give = async (form: FormData): Promise<void> => {
    if (way === 'passkey') {
      const { options } = await call(askPasskey, { body: { pending } });
      const proof = { passkey: await showPasskey(options) };
      onIn(await call(giveFactor, { body: { pending, proof } }));
      return;
    }
    const proof =
      way === 'totp' ? { code: textIn(form, 'code') } : { recovery: textIn(form, 'recovery') };
    onIn(await call(giveFactor, { body: { pending, proof } }));
  };
  return (
    <>
      <Doing key={way} go={give} label={t(way === 'passkey' ? 'account.byPasskey' : 'door.go')}>
        {way === 'totp' && <CodeField />}
        {way === 'recovery' && (
          <label className="field">
            <span>{t('door.recovery')}</span>
            <input className="input" name="recovery" autoComplete="off" required maxLength={40} />
          </label>
        )}
        {way === 'passkey' && <p className="dim">{t('account.passkeyWhy')}</p>}
      </Doing>
      <div className="row wrap">
        {ways
          .filter((one) => one !== way)
          .map((one) => (
            <button key={one} type="button" className="btn" onClick={() => setWay(one)}>
              {t(`door.by.${one}`)}
            </button>
          ))}
        <button type="button" className="btn quiet" onClick={onBack}>
          {t('door.back')}
        </button>
      </div>
    </>
  );
}
