import {
  type MandateDetail,
  readCertificate,
  witnessMandate,
} from '#registers/mandates/contract.ts';
import { call } from '../../../kit/api.ts';
import { may } from '../../../kit/faces.ts';
import { useMe } from '../../../kit/session.ts';
import { fullTime } from '../../../kit/time.ts';
import { DueChip } from '../../../kit/ui/clock.tsx';
import { useAct } from '../../frame/act.ts';
import { type DeskKey, useDeskWords } from '../../words.ts';

const STORES: Readonly<Record<string, DeskKey>> = {
  'rules.sealed_member': 'orders.store.rules.sealed_member',
  'companions.inquiry': 'orders.store.companions.inquiry',
};

/** What the order brought in: until when each is kept, how far its destruction came, the proof. */
export function Sunset({ order }: { order: MandateDetail }) {
  const { t } = useDeskWords();
  if (order.state === 'proposed' || order.state === 'declined') return null;
  return (
    <section className="col" aria-labelledby="order-sunset">
      <h2 id="order-sunset">{t('orders.sunset')}</h2>
      <p className="dim small">{t('orders.sunsetHelp')}</p>
      <ul className="lines">
        {order.destructions.map((it) => (
          <li key={it.store} className="row wrap">
            <span className="grow">
              {STORES[it.store] ? t(STORES[it.store] as DeskKey) : it.store}
            </span>
            {it.finishedAt === null ? (
              <>
                <span className="dim small">
                  {t('orders.due')} {fullTime(it.dueAt)}
                </span>
                {order.state === 'ended' && <DueChip dueAt={it.dueAt} />}
              </>
            ) : (
              <>
                <span className="small">
                  {t('orders.rows')} {it.rows.toLocaleString('en')}
                </span>
                <span className="chip good">
                  {t('orders.finished')} {fullTime(it.finishedAt)}
                </span>
              </>
            )}
          </li>
        ))}
      </ul>
      <dl className="facts card">
        <dt>{t('orders.key')}</dt>
        <dd>
          <code className="hash">{order.keyFingerprint}</code>
        </dd>
      </dl>
      {order.certificateHash && <Proof order={order} hash={order.certificateHash} />}
    </section>
  );
}

function Proof({ order, hash }: { order: MandateDetail; hash: string }) {
  const { t } = useDeskWords();
  const me = useMe();
  const { isBusy, act } = useAct();
  const download = async (): Promise<void> => {
    const paper = await act(() => call(readCertificate, { params: { id: order.id } }));
    if (paper) saveJson(`certificate-${order.id}.json`, paper);
  };
  return (
    <section className="card col" aria-labelledby="order-proof">
      <h2 id="order-proof">{t('orders.certificate')}</h2>
      <p className="small">
        {t('orders.hash')} <code className="hash">{hash}</code>
      </p>
      <button
        type="button"
        className="btn primary"
        disabled={isBusy}
        onClick={() => void download()}
      >
        {t('orders.download')}
      </button>
      <p className="dim small">{t('orders.verifyHelp')}</p>
      <h3>{t('orders.witness')}</h3>
      {order.witnesses.length === 0 && <p className="dim">{t('orders.noWitness')}</p>}
      <ul className="lines">
        {order.witnesses.map((it) => (
          <li key={`${it.name} ${it.at}`} className="witness">
            <strong>
              {it.name} · {it.organisation}
            </strong>
            <span>{it.statement}</span>
            <span className="dim small">{fullTime(it.at)}</span>
          </li>
        ))}
      </ul>
      {may(me, 'mandate.witness') && <Witness id={order.id} />}
    </section>
  );
}

function saveJson(name: string, value: unknown): void {
  const blob = new Blob([JSON.stringify(value, null, 1)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function Witness({ id }: { id: number }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/mandates');
  const submit = async (form: FormData): Promise<void> => {
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const body = {
      name: text('name'),
      organisation: text('organisation'),
      statement: text('statement'),
    };
    await act(() => call(witnessMandate, { params: { id }, body }), t('orders.isWitnessed'));
  };
  return (
    <details className="col">
      <summary>{t('orders.witnessAdd')}</summary>
      <form
        className="col"
        onSubmit={(e) => {
          e.preventDefault();
          void submit(new FormData(e.currentTarget));
        }}
      >
        <label className="field">
          <span>{t('orders.witnessName')}</span>
          <input className="input" name="name" required maxLength={60} autoComplete="off" />
        </label>
        <label className="field">
          <span>{t('orders.witnessOrg')}</span>
          <input className="input" name="organisation" required maxLength={120} />
        </label>
        <label className="field">
          <span>{t('orders.witnessSays')}</span>
          <textarea className="input" name="statement" required maxLength={500} />
        </label>
        <button type="submit" className="btn" disabled={isBusy}>
          {t('orders.witnessAdd')}
        </button>
      </form>
    </details>
  );
}
