import { type SyntheticEvent, useState } from 'react';
import { DAY, dayOf, startOfDay } from '#base/time.ts';
import { endHold, type HoldView, listHolds, newHold } from '#registers/retention/contract.ts';
import { call } from '../../../kit/api.ts';
import { usePages } from '../../../kit/query.ts';
import { fullTime, useNow } from '../../../kit/time.ts';
import { Sheet } from '../../../kit/ui/sheet.tsx';
import { useAct } from '../../frame/act.ts';
import { type Column, Table } from '../../frame/table.tsx';
import { useDeskWords } from '../../words.ts';

const PATH = '/api/retention/holds';
const HALF_YEAR = 180 * DAY;

/** Whose data must stay, why, until when. */
export function Holds() {
  const { t } = useDeskWords();
  const now = useNow();
  const [isNew, setNew] = useState(false);
  const { isBusy, act } = useAct(PATH);
  const list = usePages(listHolds);
  const isLive = (row: HoldView): boolean => row.endedAt === null && row.until > now;
  const columns: Column<HoldView>[] = [
    { head: t('retention.person'), text: (row) => row.personId },
    {
      head: t('retention.state'),
      text: (row) => t(isLive(row) ? 'retention.held' : 'retention.over'),
      render: (row) => (
        <span className={isLive(row) ? 'chip warn' : 'chip'}>
          {t(isLive(row) ? 'retention.held' : 'retention.over')}
        </span>
      ),
    },
    { head: t('retention.until'), text: (row) => fullTime(row.endedAt ?? row.until) },
    { head: t('retention.by'), text: (row) => row.by },
    { head: t('retention.reason'), text: (row) => row.reason },
    {
      head: t('retention.end'),
      text: () => null,
      render: (row) =>
        isLive(row) ? (
          <button
            type="button"
            className="btn"
            disabled={isBusy}
            onClick={() =>
              void act(() => call(endHold, { params: { id: row.id } }), t('retention.ended'))
            }
          >
            {t('retention.end')}
          </button>
        ) : (
          '–'
        ),
    },
  ];
  return (
    <section className="col" aria-labelledby="retention-holds">
      <div className="row wrap">
        <h2 id="retention-holds" className="grow">
          {t('retention.holds')}
        </h2>
        <button type="button" className="btn" onClick={() => setNew(true)}>
          {t('retention.hold')}
        </button>
      </div>
      <p className="dim small">{t('retention.holdsHint')}</p>
      <Table
        name="retention-holds"
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        empty={t('retention.noHolds')}
        exportOf={null}
      />
      {isNew && <NewHold onClose={() => setNew(false)} />}
    </section>
  );
}

function NewHold({ onClose }: { onClose: () => void }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct(PATH);
  const now = useNow();
  const submit = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const body = {
      personId: Number(text('person')),
      reason: text('reason'),
      until: startOfDay(text('until')) + DAY,
    };
    if (await act(() => call(newHold, { body }), t('retention.holdDone'))) onClose();
  };
  return (
    <Sheet title={t('retention.hold')} onClose={onClose}>
      <form className="col" onSubmit={(event) => void submit(event)}>
        <label className="field">
          <span>{t('retention.person')}</span>
          <input className="input" name="person" type="number" min={1} required />
        </label>
        <label className="field">
          <span>{t('retention.until')}</span>
          <input
            className="input"
            name="until"
            type="date"
            required
            defaultValue={dayOf(now + HALF_YEAR)}
          />
        </label>
        <label className="field">
          <span>{t('retention.reason')}</span>
          <textarea className="input" name="reason" required minLength={10} maxLength={500} />
        </label>
        <div className="row wrap">
          <button type="button" className="btn" onClick={onClose}>
            {t('retention.cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={isBusy}>
            {t('retention.hold')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
