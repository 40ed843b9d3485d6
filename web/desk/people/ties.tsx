import { useState } from 'react';
import type { Area } from '#registers/areas/contract.ts';
import type { PersonFile } from '#registers/people/contract.ts';
import * as api from '#registers/people/sight/contract.ts';
import { call } from '../../kit/api.ts';
import { useAnswer } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { AreaPick } from '../../kit/ui/area-pick.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { Sorry } from '../../kit/ui/states.tsx';
import { useAct } from '../frame/act.ts';
import { useDeskWords } from '../words.ts';
import type { Purpose } from './purpose.tsx';

const REASON_CHARS_MIN = 4;
const STALE = ['/api/people', '/api/ties'];

type Props = { file: Pick<PersonFile, 'id' | 'areaCode'>; purpose: Purpose; mayGive: boolean };

/** By which ties which areas see this person, and the way to hand them over. */
export function Ties({ file: { id, areaCode }, purpose, mayGive }: Props) {
  const { t } = useDeskWords();
  const { data, error, refetch } = useAnswer(api.tiesOfPerson, { params: { id }, purpose });
  const [isGiving, setGiving] = useState(false);
  const rows = data?.rows ?? [];
  return (
    <section className="col" aria-labelledby="ties">
      <h2 id="ties">{t('ties.title')}</h2>
      {error && <Sorry error={error} onRetry={() => void refetch()} />}
      <ul className="lines">
        <li>
          <span className="chip good">{t('ties.lives')}</span>
          <span className="grow">{areaCode || '–'}</span>
        </li>
        {rows.map((row) => (
          <TieLine key={row.id} tie={row} />
        ))}
      </ul>
      {data && rows.length === 0 && <p className="dim small">{t('ties.only')}</p>}
      {mayGive && (
        <p>
          <button type="button" className="btn" onClick={() => setGiving(true)}>
            {t('ties.handOver')}
          </button>
        </p>
      )}
      {isGiving && <HandOver id={id} onClose={() => setGiving(false)} />}
    </section>
  );
}

const CHIP: Record<api.TieView['state'], string> = {
  proposed: 'chip warn',
  accepted: 'chip good',
  declined: 'chip bad',
  ended: 'chip',
};

function TieLine({ tie }: { tie: api.TieView }) {
  const { t } = useDeskWords();
  return (
    <li className="wrap">
      <span className={CHIP[tie.state]}>
        {t(`ties.${tie.relation}`)} · {t(`ties.${tie.state}`)}
      </span>
      <span className="grow">
        {tie.fromArea && `${tie.fromArea} → `}
        {tie.areaCode}
        {tie.until !== null && (
          <span className="dim small"> {t('ties.untilShort', { time: fullTime(tie.until) })}</span>
        )}
        <span className="dim small"> {tie.reason}</span>
      </span>
      <TieMoves tie={tie} />
    </li>
  );
}

/** What this reader may do with a tie: take it on, give it back, end it. */
export function TieMoves({ tie }: { tie: api.TieView }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct(...STALE);
  const [sheet, setSheet] = useState<'decline' | 'end'>();
  const params = { id: tie.id };
  return (
    <span className="row">
      {tie.mayDecide && (
        <>
          <button
            type="button"
            className="btn primary"
            disabled={isBusy}
            onClick={() => void act(() => call(api.acceptTie, { params }), t('ties.isAccepted'))}
          >
            {t('ties.accept')}
          </button>
          <button type="button" className="btn" onClick={() => setSheet('decline')}>
            {t('ties.decline')}
          </button>
        </>
      )}
      {tie.mayEnd && !tie.mayDecide && (
        <button type="button" className="btn quiet" onClick={() => setSheet('end')}>
          {t(tie.state === 'proposed' ? 'ties.withdraw' : 'ties.end')}
        </button>
      )}
      {sheet && <Why tie={tie} move={sheet} onClose={() => setSheet(undefined)} />}
    </span>
  );
}

type WhyProps = { tie: api.TieView; move: 'decline' | 'end'; onClose: () => void };

function Why({ tie, move, onClose }: WhyProps) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct(...STALE);
  const [reason, setReason] = useState('');
  const go = async (): Promise<void> => {
    const input = { params: { id: tie.id }, body: { reason: reason.trim() } };
    const done =
      move === 'decline'
        ? await act(() => call(api.declineTie, input), t('ties.isDeclined'))
        : await act(() => call(api.endTie, input), t('ties.isEnded'));
    if (done) onClose();
  };
  return (
    <Sheet title={t(move === 'decline' ? 'ties.decline' : 'ties.end')} onClose={onClose}>
      <Reason value={reason} onChange={setReason} />
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('cancel')}
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={isBusy || reason.trim().length < REASON_CHARS_MIN}
          onClick={() => void go()}
        >
          {t(move === 'decline' ? 'ties.decline' : 'ties.end')}
        </button>
      </div>
    </Sheet>
  );
}

function Reason({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { t } = useDeskWords();
  return (
    <label className="field">
      <span>{t('ties.reason')}</span>
      <textarea
        className="input"
        maxLength={300}
        value={value}
        onChange={(e) => onChange(e.target.value)}
      />
    </label>
  );
}

/** Beijing has one offset all year: a local date and time of the city as an instant. */
const instantOf = (local: string): number | null =>
  local === '' ? null : Date.parse(`${local}:00+08:00`);

function HandOver({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct(...STALE);
  const [relation, setRelation] = useState<api.TieRelation>('responsible');
  const [area, setArea] = useState<Area>();
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const isReady = area !== undefined && reason.trim().length >= REASON_CHARS_MIN;
  const go = async (): Promise<void> => {
    const body = {
      relation,
      areaCode: area?.code ?? '',
      until: instantOf(until),
      reason: reason.trim(),
    };
    const done = await act(
      () => call(api.proposeTie, { params: { id }, body }),
      t('ties.isProposed'),
    );
    if (done) onClose();
  };
  return (
    <Sheet title={t('ties.handOver')} onClose={onClose}>
      <form
        className="col"
        onSubmit={(e) => {
          e.preventDefault();
          if (isReady) void go();
        }}
      >
        <div className="pair">
          <label className="field">
            <span>{t('ties.relation')}</span>
            <select
              className="input"
              value={relation}
              onChange={(e) =>
                setRelation(
                  api.TIE_RELATIONS.find((one) => one === e.target.value) ?? 'responsible',
                )
              }
            >
              {api.TIE_RELATIONS.map((one) => (
                <option key={one} value={one}>
                  {t(`ties.${one}`)}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>{t('ties.until')}</span>
            <input
              className="input"
              type="datetime-local"
              value={until}
              onChange={(e) => setUntil(e.target.value)}
            />
          </label>
        </div>
        <AreaPick label={t('ties.area')} chosen={area} onChoose={setArea} />
        <Reason value={reason} onChange={setReason} />
        <p className="dim small">{t('ties.why')}</p>
        <div className="sheet-foot">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={!isReady || isBusy}>
            {t('ties.propose')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
