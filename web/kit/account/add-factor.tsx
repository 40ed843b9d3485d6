import { useState } from 'react';
import { addPasskey, beginPasskey, beginTotp, confirmTotp } from '#registers/signin/contract.ts';
import { call } from '../api.ts';
import { useWords } from '../i18n.ts';
import { CodeField, Doing, textIn } from './parts.tsx';
import { hasPasskeys, makePasskey } from './passkey.ts';

type Props = { onDone: (recovery: string[]) => void };
type Begun = { secret: string; svg: string };

/** A code app: its secret as a picture and in letters, and a first code to show that it works. */
export function AddTotp({ onDone }: Props) {
  const { t } = useWords();
  const [begun, setBegun] = useState<Begun>();
  if (!begun) {
    return (
      <Doing label={t('account.addTotp')} go={async () => setBegun(await call(beginTotp))}>
        <p className="dim small">{t('account.totpWhy')}</p>
      </Doing>
    );
  }
  const confirm = async (form: FormData): Promise<void> => {
    const { recovery } = await call(confirmTotp, { body: { code: textIn(form, 'code') } });
    onDone(recovery);
  };
  return (
    <Doing label={t('account.confirm')} go={confirm}>
      <p>{t('account.totpScan')}</p>
      <img
        className="qr"
        alt={t('account.totpPicture')}
        src={`data:image/svg+xml,${encodeURIComponent(begun.svg)}`}
        width="200"
        height="200"
      />
      <p className="small">
        {t('account.totpSecret')} <code className="totp-secret">{inFours(begun.secret)}</code>
      </p>
      <CodeField />
    </Doing>
  );
}

const inFours = (text: string): string => text.replace(/(.{4})(?=.)/g, '$1 ');

/** A passkey of this device or of a security key, under a name one knows it by. */
export function AddPasskey({ onDone }: Props) {
  const { t } = useWords();
  if (!hasPasskeys()) return <p className="dim small">{t('account.noPasskey')}</p>;
  const add = async (form: FormData): Promise<void> => {
    const { options } = await call(beginPasskey);
    const passkey = await makePasskey(options);
    const body = { name: textIn(form, 'name'), passkey };
    onDone((await call(addPasskey, { body })).recovery);
  };
  return (
    <Doing label={t('account.addPasskey')} go={add}>
      <p className="dim small">{t('account.passkeyWhy')}</p>
      <label className="field">
        <span>{t('account.passkeyName')}</span>
        <input className="input" name="name" required maxLength={60} autoComplete="off" />
      </label>
    </Doing>
  );
}

/** The only moment recovery codes are readable. */
export function Recovery({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const { t } = useWords();
  return (
    <div className="col">
      <h2>{t('account.recovery')}</h2>
      <p>{t('account.recoveryOnce')}</p>
      <ol className="recovery">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="sheet-foot">
        <button
          type="button"
          className="btn"
          onClick={() => void navigator.clipboard?.writeText(codes.join('\n'))}
        >
          {t('account.copy')}
        </button>
        <button type="button" className="btn primary" onClick={onKept}>
          {t('account.kept')}
        </button>
      </div>
    </div>
  );
}
