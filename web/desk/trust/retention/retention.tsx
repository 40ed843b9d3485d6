import { useState } from 'react';
import { type FieldView, listFields, startRun } from '#registers/retention/contract.ts';
import { dayOf } from '#base/time.ts';
import { call } from '../../../kit/api.ts';
import { may } from '../../../kit/faces.ts';
import { useAnswer } from '../../../kit/query.ts';
import { useMe } from '../../../kit/session.ts';
import { fullTime } from '../../../kit/time.ts';
import { Sheet } from '../../../kit/ui/sheet.tsx';
import { useAct } from '../../frame/act.ts';
import { type Column, Page, Table, wholeOf } from '../../frame/table.tsx';
import { useDeskWords } from '../../words.ts';
import { DryRun } from './dry-run.tsx';
import { Holds } from './holds.tsx';
import { Runs } from './runs.tsx';

const REFRESH_MS = 60_000;

/** What is kept how long by which law, what is due, and the proof of what went. */
export function Retention() {
  const { t } = useDeskWords();
  const me = useMe();
  const [isAsking, setAsking] = useState(false);
  const mayRun = may(me, 'retention.run');
  return (
    <Page
      title={t('nav.retention')}
      actions={
        mayRun && (
          <button type="button" className="btn primary" onClick={() => setAsking(true)}>
            {t('retention.run')}
          </button>
        )
      }
    >
      <p className="dim">{t('retention.hint')}</p>
      {mayRun && <DryRun />}
      <Classes />
      <Runs />
      {mayRun && <Holds />}
      {isAsking && <AskRun onClose={() => setAsking(false)} />}
    </Page>
  );
}

function AskRun({ onClose }: { onClose: () => void }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/retention');
  const run = async (): Promise<void> => {
    if (await act(() => call(startRun, {}), t('retention.asked'))) onClose();
  };
  return (
    <Sheet title={t('retention.run')} onClose={onClose}>
      <p>{t('retention.runAsk')}</p>
      <div className="row wrap">
        <button type="button" className="btn" onClick={onClose}>
          {t('retention.cancel')}
        </button>
        <button type="button" className="btn primary" disabled={isBusy} onClick={() => void run()}>
          {t('retention.run')}
        </button>
      </div>
    </Sheet>
  );
}

function Classes() {
  const { t, say, lang } = useDeskWords();
  const answer = useAnswer(listFields, {}, { refreshMs: REFRESH_MS });
  const columns: Column<FieldView>[] = [
    {
      head: t('retention.class'),
      text: (row) => say(row.words),
      render: (row) => (
        <>
          <strong>{say(row.words)}</strong>
          <p className="dim small">{row.stores.join(' · ')}</p>
        </>
      ),
    },
    {
      head: t('retention.keeps'),
      text: (row) =>
        row.days === null ? t('retention.noEnd') : t('retention.days', { count: row.days }),
    },
    { head: t('retention.clock'), text: (row) => t(`retention.clock.${row.clock}`) },
    { head: t('retention.action'), text: (row) => t(`retention.action.${row.action}`) },
    {
      head: t('retention.isOn'),
      text: (row) => t(row.isOn ? 'retention.on' : 'retention.off'),
      render: (row) => (
        <span className={row.isOn ? 'chip good' : 'chip'}>
          {t(row.isOn ? 'retention.on' : 'retention.off')}
        </span>
      ),
    },
    {
      head: t('retention.oldest'),
      text: (row) => (row.oldestAt === null ? null : dayOf(row.oldestAt)),
    },
    {
      head: t('retention.due'),
      text: (row) => row.dueRows,
      render: (row) => row.dueRows.toLocaleString(lang),
      isNumber: true,
    },
    { head: t('retention.basis'), text: (row) => say(row.basis) },
  ];
  const countedAt = answer.data?.countedAt;
  return (
    <section className="col" aria-labelledby="retention-classes">
      <h2 id="retention-classes">{t('retention.classes')}</h2>
      {countedAt && (
        <p className="dim small">{t('retention.countedAt', { time: fullTime(countedAt) })}</p>
      )}
      <Table name="retention" list={wholeOf(answer)} columns={columns} keyOf={(row) => row.code} />
    </section>
  );
}
