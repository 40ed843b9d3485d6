import { useState } from 'react';
import { type AlarmView, listAlarms } from '#registers/misuse/contract.ts';
import { may } from '../../../kit/faces.ts';
import { usePages } from '../../../kit/query.ts';
import { useMe } from '../../../kit/session.ts';
import { fullTime } from '../../../kit/time.ts';
import { At } from '../../../kit/ui/clock.tsx';
import { useView } from '../../../kit/view.ts';
import { type Column, Page, Table } from '../../frame/table.tsx';
import { type DeskKey, useDeskWords } from '../../words.ts';
import { Bars } from './bars.tsx';
import { Judge } from './judge.tsx';

/** Smaller probabilities say nothing more. */
const P_SHOWN_MIN = 1e-6;
/** One in how many, for a reader who does not read exponents. */
const chancesOf = (p: number): number => Math.max(1, Math.floor(1 / Math.max(p, P_SHOWN_MIN)));
const STATES = ['open', 'confirmed', 'cleared'] as const;
const CHIP: Record<AlarmView['state'], string> = {
  open: 'chip warn',
  confirmed: 'chip bad',
  cleared: 'chip good',
};

/** What the house noticed about its own people, with the figures, for whoever judges it. */
export function Misuse() {
  const { t } = useDeskWords();
  const me = useMe();
  const [view, set] = useView();
  const state = STATES.find((one) => one === view['state']);
  const list = usePages(listAlarms, { query: state ? { state } : {} }, { refreshMs: 30_000 });
  const [judged, setJudged] = useState<AlarmView>();
  const canJudge = (row: AlarmView): boolean =>
    may(me, 'misuse.judge') && row.state !== 'cleared' && row.actorId !== me?.id;
  const columns = useColumns((row) => (canJudge(row) ? () => setJudged(row) : undefined));
  return (
    <Page title={t('nav.misuse')}>
      <p className="dim">{t('misuse.hint')}</p>
      <div className="filter-bar">
        <label className="field">
          <span>{t('misuse.state')}</span>
          <select
            className="input"
            value={state ?? ''}
            onChange={(e) => set({ state: e.target.value || undefined })}
          >
            <option value="">{t('misuse.all')}</option>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {t(`misuse.state.${one}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Table
        name="misuse"
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        filters={state ? [t('misuse.state')] : []}
        empty={t('misuse.empty')}
      />
      {judged && <Judge alarm={judged} onClose={() => setJudged(undefined)} />}
    </Page>
  );
}

/** `judge` answers what the button of a row does, or nothing where the reader may not judge. */
function useColumns(judge: (row: AlarmView) => (() => void) | undefined): Column<AlarmView>[] {
  const { t, say } = useDeskWords();
  return [
    {
      head: t('misuse.state'),
      text: (row) => t(`misuse.state.${row.state}`),
      render: (row) => <State alarm={row} onJudge={judge(row)} />,
    },
    {
      head: t('misuse.kind'),
      text: (row) => say(row.kindWords),
      render: (row) => (
        <>
          <strong>{say(row.kindWords)}</strong>
          <Figures alarm={row} />
        </>
      ),
    },
    { head: t('misuse.actor'), text: (row) => row.actorName },
    { head: t('misuse.deed'), text: (row) => t(`misuse.deed.${row.deed}` as DeskKey) },
    { head: t('misuse.incident'), text: (row) => row.incident ?? t('misuse.noIncident') },
    { head: t('misuse.figures'), text: (row) => row.figures.persons, isNumber: true },
    { head: t('misuse.times'), text: (row) => row.times, isNumber: true },
    {
      head: t('misuse.at'),
      text: (row) => fullTime(row.lastAt),
      render: (row) => <At at={row.lastAt} />,
    },
  ];
}

type StateProps = { alarm: AlarmView; onJudge: (() => void) | undefined };

function State({ alarm, onJudge }: StateProps) {
  const { t } = useDeskWords();
  return (
    <>
      <span className={CHIP[alarm.state]}>{t(`misuse.state.${alarm.state}`)}</span>
      {alarm.judgedAt !== null && (
        <p className="dim small">
          {t('misuse.judgedBy', {
            name: alarm.judgedByName ?? '–',
            time: fullTime(alarm.judgedAt),
          })}
          <br />
          {alarm.note}
        </p>
      )}
      {onJudge && (
        <p className="judge-row">
          <button type="button" className="btn" onClick={onJudge}>
            {t('misuse.judge')}
          </button>
        </p>
      )}
    </>
  );
}

/** Counts, and for a concentrated list its shares beside the city's. */
export function Figures({ alarm }: { alarm: AlarmView }) {
  const { t, say, lang } = useDeskWords();
  const { figures: f } = alarm;
  const lines = [
    t('misuse.persons', { count: f.inHour ?? f.persons }),
    f.limit ? t('misuse.limit', { count: f.limit }) : '',
    f.usual === undefined ? '' : t('misuse.usual', { count: f.usual }),
  ].filter(Boolean);
  const hasShares = f.share !== undefined && f.populationShare !== undefined;
  return (
    <div className="figures">
      <p>{lines.join(' · ')}</p>
      {hasShares && (
        <>
          {alarm.traitWords && (
            <p className="small">
              {t('misuse.trait')}: <strong>{say(alarm.traitWords)}</strong>
            </p>
          )}
          <Bars
            bars={[
              { label: t('misuse.inList'), share: f.share ?? 0, isBad: true },
              { label: t('misuse.inCity'), share: f.populationShare ?? 0 },
              { label: t('misuse.support'), share: f.support ?? 0, isBad: true },
              { label: t('misuse.supportMin'), share: f.supportMin ?? 0 },
            ]}
          />
          <p className="dim small">
            {t('misuse.p', { count: chancesOf(f.p ?? 0).toLocaleString(lang) })}
          </p>
        </>
      )}
    </div>
  );
}
