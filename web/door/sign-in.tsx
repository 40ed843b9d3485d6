import { type FormEvent, useEffect, useState } from 'react';
import { type Me, readSession, signIn } from '#registers/signin/contract.ts';
import { call } from '../kit/api.ts';
import { switchLang, useWords } from '../kit/i18n.ts';
import { facesOf } from '../kit/faces.ts';
import type { zh } from './strings.zh.ts';

/** Only a path of this house: `?next=//elsewhere` must not lead away. */
function nextOf(me: Me): string {
  const next = new URLSearchParams(location.search).get('next') ?? '';
  return /^\/(command|desk|field)\//.test(next) ? next : `/${facesOf(me)[0] ?? 'desk'}/`;
}

/** That somebody signed in on this browser: without it the house need not be asked. */
const SIGNED = 'fenghuo.signed';

export function SignIn() {
  const { t, sorry } = useWords<keyof typeof zh>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${t('door.title')} · ${t('app.name')}`;
  }, [t]);
  useEffect(() => {
    // Whoever is signed in already need not sign in again.
    if (localStorage.getItem(SIGNED) === null) return;
    call({ ...readSession, permit: 'open' }).then(
      (me) => location.replace(nextOf(me)),
      () => localStorage.removeItem(SIGNED),
    );
  }, []);

  const submit = async (e: FormEvent<HTMLFormElement>): Promise<void> => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      const body = {
        login: String(form.get('login') ?? '').trim(),
        password: String(form.get('password') ?? ''),
      };
      const me = await call(signIn, { body });
      if ('next' in me) return;
      localStorage.setItem(SIGNED, me.login);
      location.assign(nextOf(me));
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };

  return (
    <main className="door">
      <form onSubmit={(e) => void submit(e)}>
        <div className="name">
          <img src="/icon.svg" alt="" width="48" height="48" />
          <div>
            <h1>{t('app.name')}</h1>
            <p className="dim">{t('app.title')}</p>
          </div>
        </div>
        {error !== undefined && (
          <p className="bad" role="alert">
            {sorry(error)}
          </p>
        )}
        <label className="field">
          <span>{t('door.login')}</span>
          <input className="input" name="login" autoComplete="username" required maxLength={60} />
        </label>
        <label className="field">
          <span>{t('door.password')}</span>
          <input
            className="input"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={200}
          />
        </label>
        <button type="submit" className="btn primary" disabled={isBusy}>
          {t(isBusy ? 'door.going' : 'door.go')}
        </button>
        <div className="foot">
          <p className="dim small">{t('door.hint')}</p>
          <button type="button" className="btn" onClick={switchLang}>
            {t('menu.lang')}
          </button>
        </div>
      </form>
    </main>
  );
}
