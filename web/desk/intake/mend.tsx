import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { z } from 'zod';
import { COLUMN_BY_NAME } from '#base/columns.ts';
import { getQuarantined, mendRow } from '#intake/records/contract.ts';
import { call } from '../../kit/api.ts';
import { useAnswer } from '../../kit/query.ts';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useAct } from '../frame/act.ts';
import { Page } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Row = z.output<typeof getQuarantined.answer>;

/** One refused row: what stands in it, what is wrong with each field, and the mend. */
export function QuarantinePage() {
  const { t } = useDeskWords();
  const id = Number(useParams({ strict: false }).id);
  const { data, error, refetch } = useAnswer(getQuarantined, { params: { id } });
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const crumbs = (
    <>
      <Link to="/quarantine">{t('nav.quarantine')}</Link> /{' '}
      <Link to="/batches/$id" params={{ id: data.batchId }}>
        {data.batchId.slice(-8)}
      </Link>
    </>
  );
  return (
    <Page title={t('row.number', { no: data.rowNo + 1 })} crumbs={crumbs}>
      <div className="two">
        <Mend row={data} />
        <section className="col">
          <h2>{t('row.raw')}</h2>
          <pre className="raw">{data.raw}</pre>
        </section>
      </div>
    </Page>
  );
}

function fieldsOf(row: Row): Record<string, string> {
  const named = Object.entries(row.fields ?? {}).map(([name, value]) => [
    name,
    String(value ?? ''),
  ]);
  const wrong = row.errors
    .filter((one) => !one.path.includes('.'))
    .map((one) => [one.path, one.value ?? '']);
  return Object.fromEntries([...wrong, ...named]) as Record<string, string>;
}

function Mend({ row }: { row: Row }) {
  const { t, say, word } = useDeskWords();
  const navigate = useNavigate();
  const { isBusy, act } = useAct('/api/quarantine', '/api/batches');
  const [fields, setFields] = useState(() => fieldsOf(row));
  const send = async (): Promise<void> => {
    const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
    const made = await act(
      () => call(mendRow, { params: { id: row.id }, body: { fields: filled } }),
      t('row.sent'),
    );
    if (made) void navigate({ to: '/batches/$id', params: { id: made.batch } });
  };
  return (
    <section className="col">
      <h2>{t('row.errors')}</h2>
      {Object.keys(fields).map((name) => {
        const errors = row.errors.filter((one) => one.path === name);
        const column = COLUMN_BY_NAME[name];
        return (
          <label key={name} className="field">
            <span>
              {column ? say(column.words) : word('field', name)} <code>{name}</code>
            </span>
            <input
              className="input"
              value={fields[name]}
              aria-invalid={errors.length > 0}
              disabled={row.state !== 'open'}
              onChange={(e) => setFields({ ...fields, [name]: e.target.value })}
            />
            {errors.map((one) => (
              <em key={one.code} className="bad-text small">
                {say(one.text)}
                {one.allowed && ` · ${one.allowed}`}
              </em>
            ))}
          </label>
        );
      })}
      {row.state === 'open' ? (
        <button type="button" className="btn primary" disabled={isBusy} onClick={() => void send()}>
          {t('row.mend')}
        </button>
      ) : (
        <p className="chip good">{t(`row.${row.state}`)}</p>
      )}
    </section>
  );
}
