import { useState } from 'react';
import { makeActor, type Role, ROLES } from '#registers/access/contract.ts';
import type { Area } from '#registers/areas/contract.ts';
import { call } from '../../kit/api.ts';
import { AreaPick } from '../../kit/ui/area-pick.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useAct } from '../frame/act.ts';
import { useDeskWords } from '../words.ts';

const LETTERS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 16;

/** 16 letters without look-alikes, some 92 bits. */
export const freshPassword = (): string =>
  Array.from(
    crypto.getRandomValues(new Uint32Array(LENGTH)),
    (n) => LETTERS[n % LETTERS.length],
  ).join('');

/** A new actor: who, what for, how far it reaches. The password is shown once and kept nowhere. */
export function NewActor({ onClose }: { onClose: () => void }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/actors');
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const [area, setArea] = useState<Area>();
  const [unit, setUnit] = useState('');
  const [canSignIn, setCanSignIn] = useState(true);
  const [made, setMade] = useState<{ login: string; password: string }>();
  const isReady = login !== '' && name.trim() !== '' && roles.length > 0 && area !== undefined;
  const go = async (): Promise<void> => {
    const password = canSignIn ? freshPassword() : null;
    const body = {
      login,
      name: name.trim(),
      roles: [...roles],
      areaCode: area?.code ?? '',
      unit,
      password,
    };
    const actor = await act(() => call(makeActor, { body }), t('actor.isMade'));
    if (!actor) return;
    if (password) setMade({ login: actor.login, password });
    else onClose();
  };
  const toggle = (role: Role): void =>
    setRoles(roles.includes(role) ? roles.filter((one) => one !== role) : [...roles, role]);
  if (made) {
    return (
      <Sheet title={t('actor.once')} onClose={onClose}>
        <p>{t('actor.onceWhy', { login: made.login })}</p>
        <code className="secret">{made.password}</code>
        <div className="sheet-foot">
          <button
            type="button"
            className="btn"
            onClick={() => void navigator.clipboard?.writeText(made.password)}
          >
            {t('key.copy')}
          </button>
          <button type="button" className="btn primary" onClick={onClose}>
            {t('key.kept')}
          </button>
        </div>
      </Sheet>
    );
  }
  return (
    <Sheet title={t('actor.new')} onClose={onClose}>
      <form
        className="col"
        onSubmit={(e) => {
          e.preventDefault();
          void go();
        }}
      >
        <div className="pair">
          <label className="field">
            <span>{t('actor.login')}</span>
            <input
              className="input"
              required
              autoComplete="off"
              pattern="[a-z][a-z0-9._\-]{1,39}"
              title={t('actor.loginHelp')}
              value={login}
              onChange={(e) => setLogin(e.target.value)}
            />
          </label>
          <label className="field">
            <span>{t('actor.name')}</span>
            <input
              className="input"
              required
              maxLength={60}
              value={name}
              onChange={(e) => setName(e.target.value)}
            />
          </label>
        </div>
        <p className="dim small">{t('actor.loginHelp')}</p>
        <fieldset className="col">
          <legend className="dim small">{t('actor.role')}</legend>
          <div className="row wrap">
            {ROLES.map((role) => (
              <button
                key={role}
                type="button"
                className="btn"
                aria-pressed={roles.includes(role)}
                onClick={() => toggle(role)}
              >
                {t(`role.${role}`)}
              </button>
            ))}
          </div>
        </fieldset>
        <AreaPick label={t('actor.area')} chosen={area} onChoose={setArea} />
        <label className="field">
          <span>{t('actor.unit')}</span>
          <input
            className="input"
            autoComplete="off"
            pattern="[a-z0-9:._\-]{0,40}"
            title={t('actor.unitHelp')}
            value={unit}
            onChange={(e) => setUnit(e.target.value)}
          />
        </label>
        <label className="row">
          <input
            type="checkbox"
            checked={canSignIn}
            onChange={(e) => setCanSignIn(e.target.checked)}
          />
          {t('actor.password')}
        </label>
        <div className="sheet-foot">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={!isReady || isBusy}>
            {t('actor.make')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
