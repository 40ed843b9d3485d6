import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { KINDS } from '#base/kinds.ts';
import { getAccount } from '#intake/records/contract.ts';
import { getSource, issueSourceKey, revokeSourceKey } from '#intake/sources/contract.ts';
import type { z } from 'zod';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useAct } from '../frame/act.ts';
import { Equation } from '../frame/equation.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Source = z.output<typeof getSource.answer>;
type Key = Source['keys'][number];

export function SourcePage() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const id = Number(useParams({ strict: false }).id);
  const { data, error, refetch } = useAnswer(getSource, { params: { id } });
  const account = useAnswer(getAccount, {}, { enabled: may(me, 'batch.read') });
  const counts = account.data?.sources.find((one) => one.sourceId === id);
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const crumbs = <Link to="/sources">{t('nav.sources')}</Link>;
  return (
    <Page title={say(data.words)} crumbs={crumbs}>
      <dl className="facts card">
        <dt>{t('source.code')}</dt>
        <dd>{data.code}</dd>
        <dt>{t('source.owner')}</dt>
        <dd>{data.owner}</dd>
        <dt>{t('source.formats')}</dt>
        <dd>
          {data.formats.join(' ').toUpperCase()} · {data.charset.toUpperCase()}
        </dd>
        <dt>{t('source.kind')}</dt>
        <dd>{data.kind ? say(KINDS[data.kind].words) : t('source.mixed')}</dd>
        {data.placeCode && (
          <>
            <dt>{t('source.place')}</dt>
            <dd>{data.placeCode}</dd>
          </>
        )}
        <dt>{t('source.address')}</dt>
        <dd>
          <code>POST /api/intake/{data.code}</code>
        </dd>
      </dl>
      {counts && <Equation counts={counts} />}
      <p>
        <Link to="/batches" search={{ source: String(id) } as never}>
          {t('source.batches')}
        </Link>
      </p>
      <Keys source={data} />
    </Page>
  );
}

const stateOf = (key: Key, now: number): 'revoked' | 'expired' | 'live' =>
  key.revokedAt ? 'revoked' : key.expiresAt < now ? 'expired' : 'live';

function Keys({ source }: { source: Source }) {
  const { t } = useDeskWords();
  const me = useMe();
  const { isBusy, act } = useAct('/api/sources');
  const [issued, setIssued] = useState<string>();
  const [now] = useState(() => Date.now());
  const isManager = may(me, 'source.manage');
  const issue = async (): Promise<void> => {
    const made = await act(() => call(issueSourceKey, { params: { id: source.id }, body: {} }));
    if (made) setIssued(made.key);
  };
  const revoke = (keyId: number): void => {
    const params = { id: source.id, keyId };
    void act(() => call(revokeSourceKey, { params }), t('key.revoked'));
  };
  const columns: Column<Key>[] = [
    { head: t('key.prefix'), text: (key) => `${key.prefix}…` },
    {
      head: t('key.made'),
      text: (key) => fullTime(key.createdAt),
      render: (key) => <At at={key.createdAt} />,
    },
    {
      head: t('key.until'),
      text: (key) => fullTime(key.expiresAt),
      render: (key) => <At at={key.expiresAt} />,
    },
    {
      head: t('key.state'),
      text: (key) => t(`key.${stateOf(key, now)}`),
      render: (key) => (
        <span className="row">
          <span className={stateOf(key, now) === 'live' ? 'chip good' : 'chip'}>
            {t(`key.${stateOf(key, now)}`)}
          </span>
          {isManager && stateOf(key, now) === 'live' && (
            <button type="button" className="btn bad" onClick={() => revoke(key.id)}>
              {t('key.revoke')}
            </button>
          )}
        </span>
      ),
    },
  ];
  const list = { rows: source.keys, isLoading: false, error: null, retry: () => undefined };
  return (
    <section className="col">
      <div className="row">
        <h2 className="grow">{t('key.title')}</h2>
        {isManager && (
          <button
            type="button"
            className="btn primary"
            disabled={isBusy}
            onClick={() => void issue()}
          >
            {t('key.issue')}
          </button>
        )}
      </div>
      <Table name={`keys-${source.code}`} list={list} columns={columns} keyOf={(key) => key.id} />
      {issued && <Issued value={issued} onClose={() => setIssued(undefined)} />}
    </section>
  );
}

/** The only moment a key is readable: the house keeps its hash. */
function Issued({ value, onClose }: { value: string; onClose: () => void }) {
  const { t } = useDeskWords();
  const copy = (): void =>
    void navigator.clipboard?.writeText(value).then(() => toast(t('key.copied')));
  return (
    <Sheet title={t('key.once')} onClose={onClose}>
      <p>{t('key.warn')}</p>
      <code className="secret">{value}</code>
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={copy}>
          {t('key.copy')}
        </button>
        <button type="button" className="btn primary" onClick={onClose}>
          {t('key.kept')}
        </button>
      </div>
    </Sheet>
  );
}
