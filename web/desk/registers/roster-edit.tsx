import { useState } from 'react';
import { type Override, type PostDetail, setRoster } from '#registers/agencies/contract.ts';
import { call } from '../../kit/api.ts';
import { fullTime } from '../../kit/time.ts';
import { useAct } from '../frame/act.ts';
import { ScrollBox } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { cellsOf, instantOfLocal, localOf, restOfDay, shiftsOf, WEEK } from './roster.ts';

type Props = { post: PostDetail; onDone: () => void };

/** The week as a grid of texts, one row a person; `8-20` is enough, Enter goes on to the next cell. */
export function RosterEdit({ post, onDone }: Props) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/posts');
  const [cells, setCells] = useState(() => cellsOf(post.shifts));
  const [overrides, setOverrides] = useState<readonly Override[]>(post.overrides);
  const { shifts, bad } = shiftsOf(cells);
  const set = (name: string, text: string): void => setCells(new Map(cells).set(name, text));
  const copyMonday = (actorId: number): void => {
    const next = new Map(cells);
    for (const day of WEEK) next.set(`${actorId}/${day}`, cells.get(`${actorId}/1`) ?? '');
    setCells(next);
  };
  const save = async (): Promise<void> => {
    const body = { shifts, overrides: [...overrides] };
    const done = await act(
      () => call(setRoster, { params: { id: post.id }, body }),
      t('roster.saved'),
    );
    if (done) onDone();
  };
  return (
    <form
      className="col"
      onSubmit={(e) => {
        e.preventDefault();
        if (bad.length === 0) void save();
      }}
    >
      <h2>{t('post.roster')}</h2>
      <p className="dim small">{t('roster.help')}</p>
      <ScrollBox label={t('post.roster')}>
        <table className="table roster">
          <thead>
            <tr>
              <th scope="col">{t('post.member')}</th>
              {WEEK.map((day) => (
                <th key={day} scope="col">
                  {t(`week.${day}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {post.members.map((member) => (
              <tr key={member.actorId}>
                <td>
                  {member.name}
                  <button
                    type="button"
                    className="link small"
                    onClick={() => copyMonday(member.actorId)}
                  >
                    {t('roster.copy')}
                    <span className="sr"> {member.name}</span>
                  </button>
                </td>
                {WEEK.map((day) => {
                  const name = `${member.actorId}/${day}`;
                  return (
                    <td key={day}>
                      <input
                        className="input"
                        aria-label={`${member.name} ${t(`week.${day}`)}`}
                        aria-invalid={bad.includes(name)}
                        value={cells.get(name) ?? ''}
                        onChange={(e) => set(name, e.target.value)}
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {bad.length > 0 && (
        <p className="notice bad" role="alert">
          {t('roster.bad', { count: bad.length })}
        </p>
      )}
      <OverrideEdit post={post} overrides={overrides} onChange={setOverrides} />
      <div className="row">
        <button type="submit" className="btn primary" disabled={isBusy || bad.length > 0}>
          {t('roster.save')}
        </button>
        <button type="button" className="btn" onClick={onDone}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}

type EditProps = {
  post: PostDetail;
  overrides: readonly Override[];
  onChange: (overrides: readonly Override[]) => void;
};

/** Leave and stand-ins: a stretch in which the week does not count for one person. */
function OverrideEdit({ post, overrides, onChange }: EditProps) {
  const { t } = useDeskWords();
  const [actorId, setActorId] = useState(post.members[0]?.actorId ?? 0);
  const [present, setPresent] = useState(false);
  const [stretch, setStretch] = useState(() => restOfDay(Date.now()).map(localOf));
  const [note, setNote] = useState('');
  const [fromAt = Number.NaN, untilAt = Number.NaN] = stretch.map(instantOfLocal);
  const nameOf = (id: number): string =>
    post.members.find((one) => one.actorId === id)?.name ?? String(id);
  const add = (): void => {
    onChange([...overrides, { actorId, fromAt, untilAt, present, note: note.trim() }]);
    setNote('');
  };
  return (
    <fieldset className="col card">
      <legend className="sr">{t('roster.overrides')}</legend>
      <h3>{t('roster.overrides')}</h3>
      <ul className="lines">
        {overrides.map((one) => (
          <li key={`${one.actorId}-${one.fromAt}-${one.untilAt}`}>
            <span className="grow">
              {nameOf(one.actorId)} · {t(one.present ? 'roster.there' : 'roster.away')} ·{' '}
              {fullTime(one.fromAt).slice(0, 16)} – {fullTime(one.untilAt).slice(0, 16)} {one.note}
            </span>
            <button
              type="button"
              className="btn quiet"
              onClick={() => onChange(overrides.filter((other) => other !== one))}
            >
              {t('roster.drop')}
            </button>
          </li>
        ))}
      </ul>
      <div className="filter-bar">
        <label className="field">
          <span>{t('post.member')}</span>
          <select
            className="input"
            value={actorId}
            onChange={(e) => setActorId(Number(e.target.value))}
          >
            {post.members.map((one) => (
              <option key={one.actorId} value={one.actorId}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{t('roster.presence')}</span>
          <select
            className="input"
            value={present ? 'there' : 'away'}
            onChange={(e) => setPresent(e.target.value === 'there')}
          >
            <option value="away">{t('roster.away')}</option>
            <option value="there">{t('roster.there')}</option>
          </select>
        </label>
        {(['list.from', 'list.until'] as const).map((label, i) => (
          <label key={label} className="field">
            <span>{t(label)}</span>
            <input
              className="input"
              type="datetime-local"
              value={stretch[i] ?? ''}
              onChange={(e) => setStretch(stretch.with(i, e.target.value))}
            />
          </label>
        ))}
        <label className="field">
          <span>{t('roster.note')}</span>
          <input
            className="input"
            maxLength={200}
            value={note}
            onChange={(e) => setNote(e.target.value)}
          />
        </label>
        <button type="button" className="btn" disabled={!(untilAt > fromAt)} onClick={add}>
          {t('roster.add')}
        </button>
      </div>
    </fieldset>
  );
}
