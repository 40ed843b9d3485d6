import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { DAY } from '#base/time.ts';
import {
  askCompanions,
  COMPANION_LIMITS,
  type CompanionView,
  type InquiryView,
  listInquiries,
  readInquiry,
} from '#watch/companions/contract.ts';
import { call } from '../../kit/api.ts';
import { useAnswer } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { useAct } from '../frame/act.ts';
import { type Column, Table } from '../frame/table.tsx';
import { instantOfInput, nowInput } from '../trust/orders/instants.ts';
import { UnderOrder, useIsOn } from '../trust/orders/under-order.tsx';
import { useDeskWords } from '../words.ts';
import type { Purpose } from './purpose.tsx';

const REFRESH_MS = 15_000;

/**
 * Who was at the same places as a person: asked under an order, shown while it lives. When the
 * order ends the answer leaves the screen and the panel says so.
 */
export function Companions({ id, purpose }: { id: number; purpose: Purpose }) {
  const { t, say } = useDeskWords();
  const isOn = useIsOn('companions');
  const [shown, setShown] = useState<InquiryView>();
  const asked = { params: { id }, query: {}, purpose };
  const earlier = useAnswer(listInquiries, asked, { enabled: isOn, refreshMs: REFRESH_MS });
  const { off, order } = earlier.data ?? { off: null, order: null };
  return (
    <section className="col" aria-labelledby="companions">
      <h2 id="companions">{t('companions.title')}</h2>
      <p className="dim small">{t('companions.help')}</p>
      <UnderOrder fn="companions" />
      {isOn && off && <p className="notice bad">{say(off)}</p>}
      {isOn && !off && (
        <Ask id={id} purpose={purpose} disease={order?.disease ?? null} onAnswer={setShown} />
      )}
      {isOn && (earlier.data?.rows.length ?? 0) > 0 && (
        <Earlier rows={earlier.data?.rows ?? []} purpose={purpose} onOpen={setShown} />
      )}
      {isOn && shown && <Answer inquiry={shown} />}
    </section>
  );
}

type AskProps = {
  id: number;
  purpose: Purpose;
  disease: string | null;
  onAnswer: (answer: InquiryView) => void;
};

function Ask({ id, purpose, disease, onAnswer }: AskProps) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/people/:id/companions', '/api/mandates');
  const submit = async (form: FormData): Promise<void> => {
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const body = {
      from: instantOfInput(text('from')),
      until: instantOfInput(text('until')),
      minutes: Number(text('minutes')),
      purpose: text('why'),
      ...(disease ? { disease } : {}),
    };
    const answer = await act(() => call(askCompanions, { params: { id }, body, purpose }));
    if (answer) onAnswer(answer);
  };
  return (
    <form
      className="filter-bar"
      onSubmit={(e) => {
        e.preventDefault();
        void submit(new FormData(e.currentTarget));
      }}
    >
      <label className="field">
        <span>{t('companions.from')}</span>
        <input
          className="input"
          type="datetime-local"
          name="from"
          required
          defaultValue={nowInput(-COMPANION_LIMITS.daysMax * DAY)}
        />
      </label>
      <label className="field">
        <span>{t('companions.until')}</span>
        <input
          className="input"
          type="datetime-local"
          name="until"
          required
          defaultValue={nowInput()}
        />
      </label>
      <label className="field">
        <span>{t('companions.minutes')}</span>
        <input
          className="input"
          type="number"
          name="minutes"
          min={1}
          max={COMPANION_LIMITS.minutesMax}
          defaultValue={30}
          required
        />
      </label>
      <label className="field grow">
        <span>{t('companions.why')}</span>
        <input className="input" name="why" required minLength={4} maxLength={200} />
      </label>
      <button type="submit" className="btn primary" disabled={isBusy}>
        {t('companions.ask')}
      </button>
    </form>
  );
}

type Line = { id: number; at: number; found: number; minutes: number };
type EarlierProps = {
  rows: readonly Line[];
  purpose: Purpose;
  onOpen: (answer: InquiryView) => void;
};

function Earlier({ rows, purpose, onOpen }: EarlierProps) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct();
  const open = async (id: number): Promise<void> => {
    const answer = await act(() => call(readInquiry, { params: { id }, purpose }));
    if (answer) onOpen(answer);
  };
  return (
    <details className="col">
      <summary>
        {t('companions.earlier')} · {rows.length}
      </summary>
      <ul className="lines">
        {rows.map((row) => (
          <li key={row.id} className="row">
            <At at={row.at} />
            <span className="grow">{t('companions.found', { count: row.found })}</span>
            <button
              type="button"
              className="btn quiet"
              disabled={isBusy}
              onClick={() => void open(row.id)}
            >
              {t('companions.open')}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Answer({ inquiry }: { inquiry: InquiryView }) {
  const { t, say } = useDeskWords();
  const placeOf = (row: CompanionView): string =>
    row.place.name ? say(row.place.name) : `#${row.place.id}`;
  const columns: Column<CompanionView>[] = [
    {
      head: t('companions.name'),
      text: (row) => row.name,
      render: (row) => (
        <Link to="/people/$id" params={{ id: String(row.personId) }}>
          {row.name || t('person.nameless')}
        </Link>
      ),
    },
    { head: t('area.code'), text: (row) => row.areaCode },
    { head: t('companions.times'), text: (row) => row.times, isNumber: true },
    { head: t('companions.place'), text: placeOf },
    { head: t('companions.gap'), text: (row) => row.gapMinutes, isNumber: true },
    {
      head: t('companions.last'),
      text: (row) => fullTime(row.lastAt),
      render: (row) => <At at={row.lastAt} />,
    },
  ];
  const list = { rows: inquiry.rows, isLoading: false, error: null, retry: () => undefined };
  return (
    <div className="col" aria-live="polite">
      {inquiry.isCut && <p className="notice">{t('companions.cut')}</p>}
      <Table
        name={`companions-${inquiry.id}`}
        list={list}
        columns={columns}
        keyOf={(row) => row.personId}
        empty={t('companions.none')}
        exportOf={null}
      />
      {inquiry.elsewhere > 0 && (
        <p className="dim small">{t('companions.elsewhere', { count: inquiry.elsewhere })}</p>
      )}
    </div>
  );
}
