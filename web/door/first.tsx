import { firstAdministrator, type Me } from '#registers/signin/contract.ts';
import { Doing, PasswordField, textIn } from '../kit/account/parts.tsx';
import { call } from '../kit/api.ts';
import { useWords } from '../kit/i18n.ts';
import type { zh } from './strings.zh.ts';

/** The first administrator, invited by a code from the server's own command line. */
export function First({ code, onIn }: { code: string; onIn: (me: Me) => void }) {
  const { t } = useWords<keyof typeof zh>();
  const make = async (form: FormData): Promise<void> => {
    const body = {
      code,
      login: textIn(form, 'login').trim(),
      name: textIn(form, 'name').trim(),
      areaCode: textIn(form, 'areaCode').trim(),
      password: textIn(form, 'password'),
    };
    onIn(await call(firstAdministrator, { body }));
  };
  return (
    <Doing go={make} label={t('door.make')}>
      <p className="dim">{t('door.firstWhy')}</p>
      <label className="field">
        <span>{t('door.login')}</span>
        <input
          className="input"
          name="login"
          autoComplete="username"
          pattern="[a-z][a-z0-9._\-]{1,39}"
          title={t('door.loginHelp')}
          required
        />
      </label>
      <label className="field">
        <span>{t('door.yourName')}</span>
        <input className="input" name="name" autoComplete="name" required maxLength={60} />
      </label>
      <label className="field">
        <span>{t('door.area')}</span>
        <input className="input" name="areaCode" inputMode="numeric" pattern="\d{12}" required />
      </label>
      <PasswordField name="password" label={t('account.new')} fresh />
      <p className="dim small">{t('account.rule')}</p>
    </Doing>
  );
}
