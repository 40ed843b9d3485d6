import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { listPurposes } from '#registers/access/contract.ts';
import {
  breakGlass,
  endGrant,
  GLASS_HOURS_MAX,
  type GrantView,
  ownGrants,
} from '#registers/people/sight/contract.ts';
import { call } from '../../kit/api.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useNow } from '../../kit/time.ts';
import { DueChip } from '../../kit/ui/clock.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useAct } from '../frame/act.ts';
import { useDeskWords } from '../words.ts';

const HOURS = [1, 3, 12, 24, GLASS_HOURS_MAX] as const;
const REASON_CHARS_MIN = 8;
const PLACES = ['/api/people', '/api/grants'];

/** Who is meant: the file of this page, or somebody by a number that travels in the body only. */
type Whom = { id: number } | { idType: 'citizen'; idNo: string } | { phone: string };

type AskProps = { personId?: number; onClose: () => void };

/** Asks for the file of one person who lives elsewhere: for what, why, for how long. */
export function AskGlass({ personId, onClose }: AskProps) {
  const { t, say } = useDeskWords();
  const navigate = useNavigate();
  const { isBusy, act } = useAct(...PLACES);
  const purposes = useAnswer(listPurposes);
  const [way, setWay] = useState<'document' | 'phone'>('document');
  const [no, setNo] = useState('');
  const [purpose, setPurpose] = useState('');
  const [reason, setReason] = useState('');
  const [hours, setHours] = useState(3);
  const whom = (): Whom => {
    if (personId !== undefined) return { id: personId };
    return way === 'phone' ? { phone: no.trim() } : { idType: 'citizen', idNo: no.trim() };
  };
  const isReady =
    purpose !== '' &&
    reason.trim().length >= REASON_CHARS_MIN &&
    (personId !== undefined || no.trim().length >= 5);
  const go = async (): Promise<void> => {
    const body = { person: whom(), purpose, reason: reason.trim(), hours };
    const lent = await act(() => call(breakGlass, { body }), t('glass.isLent'));
    if (!lent) return;
    onClose();
    await navigate({ to: '/people/$id', params: { id: String(lent.personId) } });
  };
  return (
    <Sheet title={t('glass.ask')} onClose={onClose}>
      <form
        className="col"
        onSubmit={(e) => {
          e.preventDefault();
          if (isReady) void go();
        }}
      >
        {personId === undefined && (
          <div className="pair">
            <label className="field">
              <span>{t('glass.byWhom')}</span>
              <select
                className="input"
                value={way}
                onChange={(e) => setWay(e.target.value === 'phone' ? 'phone' : 'document')}
              >
                <option value="document">{t('glass.document')}</option>
                <option value="phone">{t('glass.phone')}</option>
              </select>
            </label>
            <label className="field">
              <span>{t('glass.idNo')}</span>
              <input
                className="input"
                autoComplete="off"
                maxLength={30}
                value={no}
                onChange={(e) => setNo(e.target.value)}
              />
            </label>
          </div>
        )}
        <div className="pair">
          <label className="field">
            <span>{t('glass.purpose')}</span>
            <select
              className="input"
              required
              value={purpose}
              onChange={(e) => setPurpose(e.target.value)}
            >
              <option value="">{t('glass.pickPurpose')}</option>
              {purposes.data?.rows.map((one) => (
                <option key={one.code} value={one.code}>
                  {say(one.words)}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>{t('glass.hours')}</span>
            <select
              className="input"
              value={hours}
              onChange={(e) => setHours(Number(e.target.value))}
            >
              {HOURS.map((count) => (
                <option key={count} value={count}>
                  {t('glass.hoursOf', { count })}
                </option>
              ))}
            </select>
          </label>
        </div>
        <label className="field">
          <span>{t('glass.reason')}</span>
          <textarea
            className="input"
            required
            minLength={REASON_CHARS_MIN}
            maxLength={300}
            value={reason}
            onChange={(e) => setReason(e.target.value)}
          />
        </label>
        <p className="dim small">{t('glass.warn')}</p>
        <div className="sheet-foot">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={!isReady || isBusy}>
            {t('glass.go')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

/** In place of a bare "not found": what may be done about somebody who lives elsewhere. */
export function Outside({ personId }: { personId: number }) {
  const { t } = useDeskWords();
  const [isAsking, setAsking] = useState(false);
  return (
    <div className="state" role="alert">
      <p>{t('glass.outside')}</p>
      <p>{t('glass.offer')}</p>
      <button type="button" className="btn primary" onClick={() => setAsking(true)}>
        {t('glass.ask')}
      </button>
      {isAsking && <AskGlass personId={personId} onClose={() => setAsking(false)} />}
    </div>
  );
}

/** The live grant by which this file is open to the reader, if any. */
export function useGrant(personId: number, isAsked: boolean): GrantView | undefined {
  const now = useNow();
  const grants = usePages(ownGrants, { query: { limit: 50 } }, { enabled: isAsked });
  if (!isAsked) return undefined;
  return grants.rows.find(
    (one) => one.personId === personId && one.endedAt === null && one.until > now,
  );
}

/** While a file is open by a grant: until when, and the way to end it. */
export function GlassBanner({ grant }: { grant: GrantView }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct(...PLACES);
  const end = () =>
    void act(() => call(endGrant, { params: { id: grant.id } }), t('glass.isEnded'));
  return (
    <output className="notice row wrap">
      <span className="grow">{t('glass.banner', { id: grant.id })}</span>
      <DueChip dueAt={grant.until} label={t('glass.until')} />
      <button type="button" className="btn" disabled={isBusy} onClick={end}>
        {t('glass.end')}
      </button>
    </output>
  );
}
