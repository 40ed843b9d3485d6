import { Link, useParams } from '@tanstack/react-router';
import type { z } from 'zod';
import { SECOND } from '#base/time.ts';
import { batchQuarantine, exportQuarantine, getBatch } from '#intake/records/contract.ts';
import { addressOf } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { Equation } from '../frame/equation.tsx';
import { Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { quarantineColumns } from './quarantine.tsx';

type Batch = z.output<typeof getBatch.answer>;

export function BatchPage() {
  const { t, say } = useDeskWords();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useAnswer(
    getBatch,
    { params: { id } },
    { refreshMs: 5 * SECOND },
  );
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const crumbs = <Link to="/batches">{t('nav.batches')}</Link>;
  return (
    <Page title={`${say(data.source)} · ${id.slice(-8)}`} crumbs={crumbs}>
      <p className="dim">
        <code>{id}</code> · {data.channel.toUpperCase()} · {data.format.toUpperCase()} ·{' '}
        {data.charset} · {Math.ceil(data.bytes / 1024)} KB
      </p>
      {data.status === 'cut' && (
        <p className="notice bad">
          {t('batch.wasCut')} {data.cutReason}
        </p>
      )}
      <Equation counts={data} />
      <Errors batch={data} />
      <Rows batch={data} />
      <Steps batch={data} />
    </Page>
  );
}

function Errors({ batch }: { batch: Batch }) {
  const { t, say } = useDeskWords();
  if (batch.errors.length === 0) return null;
  const list = { rows: batch.errors, isLoading: false, error: null, retry: () => undefined };
  return (
    <section className="col">
      <h2>{t('batch.errors')}</h2>
      <Table
        name={`errors-${batch.id}`}
        list={list}
        keyOf={(row) => `${row.code}-${row.path}`}
        columns={[
          { head: t('error.field'), text: (row) => row.path },
          { head: t('error.what'), text: (row) => say(row.text) },
          { head: t('error.code'), text: (row) => row.code },
          { head: t('error.rows'), text: (row) => row.rows, isNumber: true },
        ]}
      />
    </section>
  );
}

function Rows({ batch }: { batch: Batch }) {
  const speech = useDeskWords();
  const { t } = speech;
  const me = useMe();
  const canRead = may(me, 'quarantine.read');
  const list = usePages(
    batchQuarantine,
    { params: { id: batch.id } },
    { enabled: canRead && batch.quarantined > 0 },
  );
  if (batch.quarantined === 0 || !canRead) return null;
  return (
    <section className="col">
      <div className="row">
        <h2 className="grow">{t('batch.rows')}</h2>
        {may(me, 'quarantine.mend') && (
          <a className="btn" href={addressOf(exportQuarantine.path, { id: batch.id })} download>
            {t('batch.csv')}
          </a>
        )}
      </div>
      <Table
        name={`quarantine-${batch.id}`}
        list={list}
        columns={quarantineColumns(speech)}
        keyOf={(row) => row.id}
      />
    </section>
  );
}

/** Lineage: what happened to the rows, step by step. */
function Steps({ batch }: { batch: Batch }) {
  const { t, word } = useDeskWords();
  return (
    <section className="col">
      <h2>{t('batch.steps')}</h2>
      <ol className="timeline">
        {batch.timeline.map((step) => (
          <li key={`${step.step}-${step.at}-${step.to}`}>
            <span className="dim small" title={fullTime(step.at)}>
              <At at={step.at} />
            </span>
            <span>
              {word('step', step.step)} · {step.rows} · {step.from} → {step.to}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
