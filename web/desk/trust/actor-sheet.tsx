import { useState } from 'react';
import { activateActor, type ActorView, givePassword } from '#registers/access/contract.ts';
import { endSessionsOf, removeFactorsOf } from '#registers/signin/contract.ts';
import { call } from '../../kit/api.ts';
import { useMe } from '../../kit/session.ts';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useAct } from '../frame/act.ts';
import { Issued } from '../intake/keys.tsx';
import { freshPassword } from '../registers/new-actor.tsx';
import { useDeskWords } from '../words.ts';
import { DeviceKeys } from './device-keys.tsx';

type Move = 'password' | 'signOut' | 'dropFactors' | 'active';

/** What an administrator does with somebody's account; each is asked once more, and on record. */
export function ActorSheet({ actor, onClose }: { actor: ActorView; onClose: () => void }) {
  const { t } = useDeskWords();
  const me = useMe();
  const { isBusy, act } = useAct('/api/actors');
  const [move, setMove] = useState<Move>();
  const [given, setGiven] = useState<string>();
  const [key, setKey] = useState<string>();
  const params = { id: actor.id };
  const labels: Record<Move, string> = {
    password: t('actor.givePassword'),
    signOut: t('actor.signOut'),
    dropFactors: t('actor.dropFactors'),
    active: t(actor.active ? 'actor.stop' : 'actor.letIn'),
  };
  const asks: Record<Move, string> = {
    password: t('actor.giveAsk', { name: actor.name }),
    signOut: t('actor.signOutAsk', { name: actor.name }),
    dropFactors: t('actor.dropAsk', { name: actor.name }),
    active: t(actor.active ? 'actor.stopAsk' : 'actor.letInAsk', { name: actor.name }),
  };
  const go = async (): Promise<void> => {
    if (move === 'password') {
      const password = freshPassword();
      if (await act(() => call(givePassword, { params, body: { password } }))) setGiven(password);
      return;
    }
    const done = await act<unknown>(() => {
      if (move === 'signOut') return call(endSessionsOf, { params });
      if (move === 'dropFactors') return call(removeFactorsOf, { params });
      return call(activateActor, { params, body: { active: !actor.active } });
    });
    if (!done) return;
    toast(t('actor.done'));
    onClose();
  };
  if (key) return <Issued value={key} onClose={onClose} />;
  if (given) {
    return (
      <Sheet title={t('actor.once')} onClose={onClose}>
        <p>{t('actor.onceWhy', { login: actor.login })}</p>
        <code className="secret">{given}</code>
        <div className="sheet-foot">
          <button type="button" className="btn primary" onClick={onClose}>
            {t('key.kept')}
          </button>
        </div>
      </Sheet>
    );
  }
  const moves = (Object.keys(labels) as Move[]).filter(
    (one) => one !== 'active' || actor.id !== me?.id,
  );
  return (
    <Sheet title={`${actor.name} · ${actor.login}`} onClose={onClose}>
      {move ? (
        <p>{asks[move]}</p>
      ) : (
        <div className="col">
          {moves.map((one) => (
            <button key={one} type="button" className="btn" onClick={() => setMove(one)}>
              {labels[one]}
            </button>
          ))}
          {actor.roles.includes('guard_device') && <DeviceKeys id={actor.id} onKey={setKey} />}
        </div>
      )}
      <div className="sheet-foot">
        <button
          type="button"
          className="btn quiet"
          onClick={() => (move ? setMove(undefined) : onClose())}
        >
          {t('cancel')}
        </button>
        {move && (
          <button type="button" className="btn bad" disabled={isBusy} onClick={() => void go()}>
            {labels[move]}
          </button>
        )}
      </div>
    </Sheet>
  );
}
