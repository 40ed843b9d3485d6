import { type FormEvent, type ReactNode, useState } from 'react';
import { useWords } from '../i18n.ts';

/** A form that does one thing: busy while it runs, and its no stands above the button. */
export function Doing({
  go,
  label,
  children,
  aside,
}: {
  go: (form: FormData) => Promise<void>;
  label: string;
  children: ReactNode;
  aside?: ReactNode;
}) {
  const { sorry } = useWords();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (e: FormEvent<HTMLFormElement>): Promise<void> => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    setBusy(true);
    setError(undefined);
    await go(form).catch(setError);
    setBusy(false);
  };
  return (
    <form className="col doing" onSubmit={(e) => void submit(e)}>
      {error !== undefined && (
        <p className="said-no" role="alert">
          {error instanceof Error && error.name === 'Differ' ? error.message : sorry(error)}
        </p>
      )}
      {children}
      <button type="submit" className="btn primary" disabled={isBusy}>
        {label}
      </button>
      {aside}
    </form>
  );
}

export function CodeField() {
  const { t } = useWords();
  return (
    <label className="field">
      <span>{t('account.code')}</span>
      <input
        className="input code-input"
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="\s*\d{3}\s?\d{3}\s*"
        maxLength={9}
        required
      />
    </label>
  );
}

export function PasswordField({
  name,
  label,
  fresh,
}: {
  name: string;
  label: string;
  fresh?: true;
}) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        name={name}
        type="password"
        autoComplete={fresh ? 'new-password' : 'current-password'}
        required
        maxLength={200}
        {...(fresh ? { minLength: 12 } : {})}
      />
    </label>
  );
}

export const textIn = (form: FormData, name: string): string => String(form.get(name) ?? '');
