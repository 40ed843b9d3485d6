import { useState } from 'react';
import {
  askPasskey,
  beginOidc,
  type Me,
  type NextStep,
  passkeySignIn,
  readWays,
  signIn,
} from '#registers/signin/contract.ts';
import { Doing, PasswordField, textIn } from '../kit/account/parts.tsx';
import { hasPasskeys, showPasskey } from '../kit/account/passkey.ts';
import { call } from '../kit/api.ts';
import { useWords } from '../kit/i18n.ts';
import { useOnce } from './once.ts';
import type { zh } from './strings.zh.ts';

type Props = {
  sorry?: string | undefined;
  onIn: (me: Me, password?: string) => void;
  onNext: (step: NextStep, password: string) => void;
};

/** Login and password, a passkey alone, or the city's own sign-on. */
export function Password({ sorry: came, onIn, onNext }: Props) {
  const { t, sorry } = useWords<keyof typeof zh>();
  const [error, setError] = useState<unknown>();
  const [oidc, setOidc] = useState<string | null>(null);
  useOnce(() => {
    call(readWays).then(
      (ways) => setOidc(ways.oidc),
      () => undefined,
    );
  });
  const enter = async (form: FormData): Promise<void> => {
    const password = textIn(form, 'password');
    const body = { login: textIn(form, 'login').trim(), password };
    const said = await call(signIn, { body });
    if ('next' in said) onNext(said, password);
    else onIn(said, password);
  };
  const byPasskey = async (): Promise<void> => {
    setError(undefined);
    try {
      const { options } = await call(askPasskey, { body: {} });
      onIn(await call(passkeySignIn, { body: { passkey: await showPasskey(options) } }));
    } catch (reason) {
      setError(reason);
    }
  };
  const said = error === undefined ? came : sorry(error);
  return (
    <>
      {said && (
        <p className="bad" role="alert">
          {said}
        </p>
      )}
      <Doing go={enter} label={t('door.go')}>
        <label className="field">
          <span>{t('door.login')}</span>
          <input className="input" name="login" autoComplete="username" required maxLength={60} />
        </label>
        <PasswordField name="password" label={t('door.password')} />
      </Doing>
      {hasPasskeys() && (
        <button type="button" className="btn tall" onClick={() => void byPasskey()}>
          {t('door.passkey')}
        </button>
      )}
      {oidc && (
        <a className="btn tall" href={beginOidc.path}>
          {oidc}
        </a>
      )}
    </>
  );
}
