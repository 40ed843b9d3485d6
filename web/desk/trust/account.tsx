import { useState } from 'react';
import {
  type Account as Held,
  endOthers,
  endSession,
  listSessions,
  newRecovery,
  readAccount,
  removePasskey,
  removeTotp,
  type session,
} from '#registers/signin/contract.ts';
import type { z } from 'zod';
import { AddPasskey, AddTotp, Recovery } from '../../kit/account/add-factor.tsx';
import { PasswordForm } from '../../kit/account/password-form.tsx';
import { call } from '../../kit/api.ts';
import { useAnswer } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useAct } from '../frame/act.ts';
import { type Column, Page, Table, wholeOf } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Adding = 'totp' | 'passkey' | 'password';
type Session = z.output<typeof session>;

/** What one signs in with, and where one is signed in. One's own only. */
export function AccountPage() {
  const { t } = useDeskWords();
  const { data, error, refetch } = useAnswer(readAccount);
  const [adding, setAdding] = useState<Adding>();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const { act } = useAct('/api/account');
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const added = (recovery: readonly string[]): void => {
    setAdding(undefined);
    setCodes(recovery);
    void act(async () => undefined, t('account.added'));
  };
  const titles = {
    totp: t('account.addTotp'),
    passkey: t('account.addPasskey'),
    password: t('account.change'),
  };
  return (
    <Page title={t('account.title')}>
      {data.isRequired && <p className="dim">{t('account.required')}</p>}
      <div className="account-cards">
        <Password held={data} onChange={() => setAdding('password')} />
        <Totp held={data} onAdd={() => setAdding('totp')} />
        <Passkeys held={data} onAdd={() => setAdding('passkey')} />
        <RecoveryCard held={data} onCodes={setCodes} />
      </div>
      <Sessions />
      {adding && (
        <Sheet title={titles[adding]} onClose={() => setAdding(undefined)}>
          {adding === 'totp' && <AddTotp onDone={added} />}
          {adding === 'passkey' && <AddPasskey onDone={added} />}
          {adding === 'password' && (
            <PasswordForm
              onDone={() => {
                setAdding(undefined);
                void act(async () => undefined, t('account.changed'));
              }}
            />
          )}
          <div className="sheet-foot">
            <button type="button" className="btn quiet" onClick={() => setAdding(undefined)}>
              {t('cancel')}
            </button>
          </div>
        </Sheet>
      )}
      {codes.length > 0 && (
        <Sheet title={t('account.recovery')} onClose={() => setCodes([])}>
          <Recovery codes={codes} onKept={() => setCodes([])} />
        </Sheet>
      )}
    </Page>
  );
}

function Password({ held, onChange }: { held: Held; onChange: () => void }) {
  const { t } = useDeskWords();
  if (!held.hasPassword) return null;
  return (
    <section className="card col">
      <h2>{t('account.password')}</h2>
      <p className="dim small">{t('account.rule')}</p>
      <button type="button" className="btn" onClick={onChange}>
        {t('account.change')}
      </button>
    </section>
  );
}

function Totp({ held, onAdd }: { held: Held; onAdd: () => void }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/account');
  return (
    <section className="card col">
      <h2>{t('account.totp')}</h2>
      <p className="dim small">{t('account.totpWhy')}</p>
      {held.totpSince === null ? (
        <>
          <p>{t('account.noTotp')}</p>
          <button type="button" className="btn" onClick={onAdd}>
            {t('account.addTotp')}
          </button>
        </>
      ) : (
        <div className="row">
          <span className="grow">
            <span className="chip good">
              {t('account.since', { time: fullTime(held.totpSince) })}
            </span>
          </span>
          <button
            type="button"
            className="btn bad"
            disabled={isBusy}
            onClick={() => void act(() => call(removeTotp), t('account.removed'))}
          >
            {t('account.remove')}
          </button>
        </div>
      )}
    </section>
  );
}

function Passkeys({ held, onAdd }: { held: Held; onAdd: () => void }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/account');
  return (
    <section className="card col">
      <h2>{t('account.passkey')}</h2>
      <p className="dim small">{t('account.passkeyWhy')}</p>
      {held.passkeys.length === 0 && <p>{t('account.noPasskeys')}</p>}
      <ul className="col account-keys">
        {held.passkeys.map((key) => (
          <li key={key.id} className="row">
            <span className="grow">
              <strong>{key.name}</strong>{' '}
              <span className="dim small">
                {key.usedAt === null
                  ? t('account.unused')
                  : t('account.used', { time: fullTime(key.usedAt) })}
              </span>
            </span>
            <button
              type="button"
              className="btn bad"
              disabled={isBusy}
              aria-label={`${t('account.remove')} ${key.name}`}
              onClick={() =>
                void act(
                  () => call(removePasskey, { params: { id: key.id } }),
                  t('account.removed'),
                )
              }
            >
              {t('account.remove')}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="btn" onClick={onAdd}>
        {t('account.addPasskey')}
      </button>
    </section>
  );
}

function RecoveryCard({ held, onCodes }: { held: Held; onCodes: (codes: string[]) => void }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/account');
  const hasFactor = held.totpSince !== null || held.passkeys.length > 0;
  const renew = async (): Promise<void> => {
    const made = await act(() => call(newRecovery));
    if (made) onCodes(made.recovery);
  };
  return (
    <section className="card col">
      <h2>{t('account.recovery')}</h2>
      <p>
        {hasFactor
          ? t('account.recoveryLeft', { count: held.recoveryLeft })
          : t('account.recoveryNone')}
      </p>
      {hasFactor && (
        <button type="button" className="btn" disabled={isBusy} onClick={() => void renew()}>
          {t('account.recoveryNew')}
        </button>
      )}
    </section>
  );
}

function Sessions() {
  const { t, word } = useDeskWords();
  const list = useAnswer(listSessions);
  const { isBusy, act } = useAct('/api/account');
  const end = (id: number) =>
    void act(() => call(endSession, { params: { id } }), t('account.ended', { count: 1 }));
  const others = async (): Promise<void> => {
    const done = await act(() => call(endOthers));
    if (done) toast(t('account.ended', { count: done.ended }));
  };
  const columns: Column<Session>[] = [
    { head: t('account.device'), text: (row) => row.device },
    { head: t('account.address'), text: (row) => row.address },
    { head: t('account.method'), text: (row) => word('method', row.method) },
    {
      head: t('account.begun'),
      text: (row) => fullTime(row.begunAt),
      render: (row) => <At at={row.begunAt} />,
    },
    {
      head: t('account.seen'),
      text: (row) => fullTime(row.seenAt),
      render: (row) => <At at={row.seenAt} />,
    },
    {
      head: t('account.act'),
      text: (row) => (row.isThis ? t('account.this') : ''),
      render: (row) =>
        row.isThis ? (
          <span className="chip good">{t('account.this')}</span>
        ) : (
          <button
            type="button"
            className="btn bad"
            disabled={isBusy}
            aria-label={`${t('account.end')} ${row.device}`}
            onClick={() => end(row.id)}
          >
            {t('account.end')}
          </button>
        ),
    },
  ];
  return (
    <section className="col">
      <div className="row">
        <h2 className="grow">{t('account.sessions')}</h2>
        <button type="button" className="btn" disabled={isBusy} onClick={() => void others()}>
          {t('account.endOthers')}
        </button>
      </div>
      <p className="dim small">{t('account.sessionsWhy')}</p>
      <Table
        name="sessions"
        list={wholeOf(list)}
        columns={columns}
        keyOf={(row) => row.id}
        exportOf={null}
      />
    </section>
  );
}
