import { useState } from 'react';
import type { AlertRow } from '#watch/alerts/contract.ts';
import type { Me } from '../../kit/faces.ts';
import { ActorPick, type Named } from '../../kit/ui/actor-pick.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useTriage } from '../triage.ts';
import { useCommandWords } from '../words.ts';

type Props = { alert: AlertRow; me: Me | undefined; onClose: () => void };

export function AssignSheet({ alert, me, onClose }: Props) {
  const { t, say } = useCommandWords();
  const { assign } = useTriage();
  const [to, setTo] = useState<Named | null>(me ? { id: me.id, name: me.name } : null);
  const go = async (): Promise<void> => {
    if (await assign(alert.id, to, alert.assignedTo)) onClose();
  };
  return (
    <Sheet title={t('assign.title')} onClose={onClose}>
      <p className="dim">{say(alert.title)}</p>
      <ActorPick me={me} areaCode={alert.areaCode} chosen={to} onChoose={setTo} />
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" className="btn primary" disabled={!to} onClick={() => void go()}>
          {t('act.assign')}
        </button>
      </div>
    </Sheet>
  );
}
