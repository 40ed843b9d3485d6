import { changePassword, type Me } from '#registers/signin/contract.ts';
import { call } from '../api.ts';
import { useWords } from '../i18n.ts';
import { Doing, PasswordField, textIn } from './parts.tsx';

class Differ extends Error {
  override readonly name = 'Differ';
}

/** A new password of one's own; `old` is not asked again when it was typed a moment ago. */
export function PasswordForm({ old, onDone }: { old?: string; onDone: (me: Me) => void }) {
  const { t } = useWords();
  const go = async (form: FormData): Promise<void> => {
    const password = textIn(form, 'new');
    if (password !== textIn(form, 'again')) throw new Differ(t('account.differ'));
    onDone(await call(changePassword, { body: { old: old ?? textIn(form, 'old'), password } }));
  };
  return (
    <Doing go={go} label={t('account.change')}>
      {old === undefined && <PasswordField name="old" label={t('account.old')} />}
      <PasswordField name="new" label={t('account.new')} fresh />
      <PasswordField name="again" label={t('account.again')} fresh />
      <p className="dim small">{t('account.rule')}</p>
    </Doing>
  );
}
