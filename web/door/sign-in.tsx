import { useState } from 'react';
import { type Me, type NextStep, readSession } from '#registers/signin/contract.ts';
import { ProofSheet } from '../kit/account/prove.tsx';
import { Recovery } from '../kit/account/add-factor.tsx';
import { PasswordForm } from '../kit/account/password-form.tsx';
import { call } from '../kit/api.ts';
import { facesOf } from '../kit/faces.ts';
import { useWords } from '../kit/i18n.ts';
import { Enrol } from './enrol.tsx';
import { FactorStep } from './factor.tsx';
import { First } from './first.tsx';
import { Door } from './frame.tsx';
import { useOnce } from './once.ts';
import { Password } from './password.tsx';
import type { zh } from './strings.zh.ts';

type Step =
  | { at: 'password' }
  | { at: 'factor'; step: NextStep; password?: string }
  | { at: 'first'; code: string }
  | { at: 'change'; old?: string }
  | { at: 'enrol' }
  | { at: 'codes'; codes: readonly string[] };

/** Only a path of this house: `?next=//elsewhere` must not lead away. */
function nextOf(me: Me): string {
  const next = new URLSearchParams(location.search).get('next') ?? '';
  return /^\/(command|desk|field)\//.test(next) ? next : `/${facesOf(me)[0] ?? 'desk'}/`;
}

/** That somebody signed in on this browser: without it the house need not be asked. */
const SIGNED = 'fenghuo.signed';

const isFactor = (text: string): text is NextStep['methods'][number] =>
  ['totp', 'passkey', 'recovery'].includes(text);

/** What stands after `#`: a step begun elsewhere. Taken out of the address at once. */
function firstStep(hash: URLSearchParams): Step {
  const [code, pending] = [hash.get('first'), hash.get('pending')];
  if (code) return { at: 'first', code };
  const methods = (hash.get('methods') ?? '').split(',').filter(isFactor);
  return pending
    ? { at: 'factor', step: { next: 'factor', methods, pending } }
    : { at: 'password' };
}

const AFTER_HASH = new URLSearchParams(location.hash.slice(1));

export function SignIn() {
  const { t } = useWords<keyof typeof zh>();
  const [step, setStep] = useState<Step>(() => firstStep(AFTER_HASH));
  const onIn = (me: Me, password?: string): void => {
    localStorage.setItem(SIGNED, me.login);
    if (me.must === 'change')
      setStep({ at: 'change', ...(password === undefined ? {} : { old: password }) });
    else if (me.must === 'enrol') setStep({ at: 'enrol' });
    else location.assign(nextOf(me));
  };
  const look = (): Promise<void> =>
    call({ ...readSession, permit: 'open' }).then(onIn, () => localStorage.removeItem(SIGNED));
  useOnce(() => {
    if (location.hash) history.replaceState(null, '', location.pathname + location.search);
    // Whoever is signed in already need not sign in again.
    if (AFTER_HASH.has('in') || localStorage.getItem(SIGNED) !== null) void look();
  });
  const codes = (recovery: string[]): void =>
    recovery.length > 0 ? setStep({ at: 'codes', codes: recovery }) : void look();
  const came = AFTER_HASH.get('sorry');
  const sorry = came === 'oidc-unknown' ? t('door.oidcUnknown') : t('door.oidcFailed');
  switch (step.at) {
    case 'password':
      return (
        <Door>
          <Password
            sorry={came ? sorry : undefined}
            onIn={onIn}
            onNext={(next, password) => setStep({ at: 'factor', step: next, password })}
          />
        </Door>
      );
    case 'factor':
      return (
        <Door title={t('door.second')}>
          <FactorStep
            step={step.step}
            onIn={(me) => onIn(me, step.password)}
            onBack={() => setStep({ at: 'password' })}
          />
        </Door>
      );
    case 'first':
      return (
        <Door title={t('door.first')}>
          <First code={step.code} onIn={onIn} />
        </Door>
      );
    case 'change':
      return (
        <Door title={t('account.change')}>
          <p className="dim">{t('door.changeWhy')}</p>
          <PasswordForm onDone={onIn} {...(step.old === undefined ? {} : { old: step.old })} />
        </Door>
      );
    case 'enrol':
      return (
        <Door title={t('door.enrol')}>
          <Enrol onDone={codes} />
          <ProofSheet />
        </Door>
      );
    case 'codes':
      return (
        <Door>
          <Recovery codes={step.codes} onKept={() => void look()} />
        </Door>
      );
  }
}
