import { useState } from 'react';
import { decideMandate, type MandateDetail, revokeMandate } from '#registers/mandates/contract.ts';
import { call } from '../../../kit/api.ts';
import { may } from '../../../kit/faces.ts';
import { useMe } from '../../../kit/session.ts';
import { useAct } from '../../frame/act.ts';
import { useDeskWords } from '../../words.ts';

const REASON_MIN = 4;

/** Approve or decline, by another person of another unit. */
export function Decide({ order }: { order: MandateDetail }) {
  const { t } = useDeskWords();
  const me = useMe();
  const { isBusy, act } = useAct('/api/mandates');
  const [note, setNote] = useState('');
  if (!may(me, 'mandate.approve')) return <p className="notice">{t('orders.twoUnits')}</p>;
  const go = (approve: boolean): void =>
    void act(
      () => call(decideMandate, { params: { id: order.id }, body: { approve, note: note.trim() } }),
      t(approve ? 'orders.isApproved' : 'orders.isDeclined'),
    );
  return (
    <section className="card col">
      <label className="field">
        <span>{t('orders.note')}</span>
        <textarea
          className="input"
          maxLength={500}
          value={note}
          onChange={(e) => setNote(e.target.value)}
        />
      </label>
      <p className="dim small">{t('orders.twoUnits')}</p>
      <div className="row wrap">
        <button type="button" className="btn" disabled={isBusy} onClick={() => go(false)}>
          {t('orders.decline')}
        </button>
        <button type="button" className="btn primary" disabled={isBusy} onClick={() => go(true)}>
          {t('orders.approve')}
        </button>
      </div>
    </section>
  );
}

/** Ends an order before its time: the functions are off with it. */
export function Revoke({ order }: { order: MandateDetail }) {
  const { t } = useDeskWords();
  const me = useMe();
  const { isBusy, act } = useAct('/api/mandates');
  const [reason, setReason] = useState('');
  if (!may(me, 'mandate.end')) return null;
  return (
    <details className="card col">
      <summary>{t('orders.revoke')}</summary>
      <label className="field">
        <span>{t('orders.revokeWhy')}</span>
        <textarea
          className="input"
          maxLength={500}
          value={reason}
          onChange={(e) => setReason(e.target.value)}
        />
      </label>
      <button
        type="button"
        className="btn"
        disabled={isBusy || reason.trim().length < REASON_MIN}
        onClick={() =>
          void act(
            () =>
              call(revokeMandate, { params: { id: order.id }, body: { reason: reason.trim() } }),
            t('orders.isRevoked'),
          )
        }
      >
        {t('orders.revoke')}
      </button>
    </details>
  );
}
