import { useEffect, useState } from 'react';
import { type Account, askProof, proveAgain, readAccount } from '#registers/signin/contract.ts';
import { call } from '../api.ts';
import { useWords } from '../i18n.ts';
import { Sheet } from '../ui/sheet.tsx';
import { Skeleton } from '../ui/states.tsx';
import { onProofNeeded } from './asker.ts';
import { CodeField, Doing, PasswordField, textIn } from './parts.tsx';
import { hasPasskeys, showPasskey } from './passkey.ts';

type Way = 'password' | 'code' | 'passkey';

function waysOf(account: Account): Way[] {
  const ways: Way[] = [];
  if (account.passkeys.length > 0 && hasPasskeys()) ways.push('passkey');
  if (account.totpSince !== null) ways.push('code');
  if (account.hasPassword) ways.push('password');
  return ways;
}

async function prove(way: Way, form: FormData): Promise<void> {
  if (way === 'password') await call(proveAgain, { body: { password: textIn(form, 'password') } });
  else if (way === 'code') await call(proveAgain, { body: { code: textIn(form, 'code') } });
  else {
    const { options } = await call(askProof);
    await call(proveAgain, { body: { passkey: await showPasskey(options) } });
  }
}

/**
 * Asks once more who one is when the house wants it for a grave act; the act then goes on by
 * itself. Stands in every header.
 */
export function ProofSheet() {
  const { t } = useWords();
  const [answer, setAnswer] = useState<(isProven: boolean) => void>();
  const [account, setAccount] = useState<Account>();
  const [chosen, setChosen] = useState<Way>();
  useEffect(
    () =>
      onProofNeeded(() => {
        setChosen(undefined);
        call(readAccount).then(setAccount, () => undefined);
        return new Promise<boolean>((done) => setAnswer(() => done));
      }),
    [],
  );
  if (!answer) return null;
  const end = (isProven: boolean): void => {
    answer(isProven);
    setAnswer(undefined);
  };
  const ways = account ? waysOf(account) : [];
  const way = chosen ?? ways[0];
  const labels = {
    password: t('account.byPassword'),
    code: t('account.byCode'),
    passkey: t('account.byPasskey'),
  };
  return (
    <Sheet title={t('account.prove')} onClose={() => end(false)}>
      <p className="dim">{t('account.proveWhy')}</p>
      {!way && <Skeleton lines={2} />}
      {way && (
        <Doing
          key={way}
          label={way === 'passkey' ? labels.passkey : t('account.confirm')}
          go={async (form) => {
            await prove(way, form);
            end(true);
          }}
        >
          {way === 'password' && <PasswordField name="password" label={t('account.password')} />}
          {way === 'code' && <CodeField />}
        </Doing>
      )}
      <div className="sheet-foot">
        {ways
          .filter((one) => one !== way)
          .map((one) => (
            <button key={one} type="button" className="btn" onClick={() => setChosen(one)}>
              {labels[one]}
            </button>
          ))}
        <button type="button" className="btn quiet" onClick={() => end(false)}>
          {t('cancel')}
        </button>
      </div>
    </Sheet>
  );
}
