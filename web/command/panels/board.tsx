import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { HOUR } from '#base/time.ts';
import { listTasks, readBoard, superviseTask, type TaskRow } from '#response/tasks/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { AsOf, DueChip } from '../../kit/ui/clock.tsx';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useView } from '../../kit/view.ts';
import { HopMoves } from './hop-moves.tsx';
import { useCommandWords } from '../words.ts';

/** Tasks whose clock was missed, and the word of a supervisor that sets a new one. */
export function Board() {
  const { t } = useCommandWords();
  const [view, change] = useView();
  const me = useMe();
  const isWaiting = view['tasks'] === 'waiting';
  const area = view['area'];
  const list = usePages(listTasks, {
    query: {
      ...(isWaiting ? { status: 'waiting' } : { status: 'live', overdue: 'yes' }),
      ...(area ? { areaCode: area } : {}),
    },
  });
  const [chosen, setChosen] = useState<TaskRow>();
  return (
    <>
      <h2>{t('board.title')}</h2>
      <Keeping areaCode={area} />
      <fieldset className="segments">
        <legend className="sr">{t('board.list')}</legend>
        <button
          type="button"
          className="btn"
          aria-pressed={!isWaiting}
          onClick={() => change({ tasks: undefined })}
        >
          {t('board.overdueTab')}
        </button>
        <button
          type="button"
          className="btn"
          aria-pressed={isWaiting}
          onClick={() => change({ tasks: 'waiting' })}
        >
          {t('board.waitingTab')}
        </button>
      </fieldset>
      {list.isLoading && <Skeleton lines={8} />}
      {list.error && <Sorry error={list.error} onRetry={list.retry} />}
      {!list.isLoading && !list.error && list.rows.length === 0 && (
        <Empty>{t(isWaiting ? 'state.empty' : 'board.empty')}</Empty>
      )}
      <ul className="breaches">
        {list.rows.map((row) => (
          <li key={row.id}>
            <Breach row={row} />
            {isWaiting && <HopMoves task={row} />}
            {!isWaiting && may(me, 'task.supervise') && (
              <button type="button" className="btn" onClick={() => setChosen(row)}>
                {t('board.supervise')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {list.hasMore && (
        <button type="button" className="btn quiet" onClick={list.readMore}>
          {t('more')}
        </button>
      )}
      {chosen && <Supervise task={chosen} onClose={() => setChosen(undefined)} />}
    </>
  );
}

function Breach({ row }: { row: TaskRow }) {
  const { t, say } = useCommandWords();
  const [, change] = useView();
  const open = (): void => change({ alert: String(row.alertId) }, { push: true });
  return (
    <div className="grow col">
      <div className="row">
        <LevelBadge level={row.level} size={18} />
        {row.alertId === null ? (
          <span>{say(row.title)}</span>
        ) : (
          <button type="button" className="link" onClick={open}>
            {say(row.title)}
          </button>
        )}
      </div>
      <div className="row wrap small">
        <span className="dim">{row.post?.name ?? say(row.areaWords)}</span>
        {row.clock && row.dueAt !== null && (
          <DueChip dueAt={row.dueAt} label={t(`clock.${row.clock}`)} />
        )}
        {row.escalatedTo && (
          <span className="chip warn">
            {t('board.escalated', { tier: t(`tier.${row.escalatedTo}`) })}
          </span>
        )}
        {row.supervised && <span className="chip">{t('task.supervised')}</span>}
      </div>
    </div>
  );
}

/** How well each area below keeps its clocks. */
function Keeping({ areaCode }: { areaCode: string | undefined }) {
  const { t, say } = useCommandWords();
  const tier = areaCode ? 'street' : 'district';
  const board = useAnswer(readBoard, {
    query: { tier, limit: 20, ...(areaCode ? { areaCode } : {}) },
  });
  if (!board.data || board.data.rows.length === 0) return null;
  return (
    <>
      <ul className="lines">
        {board.data.rows.slice(0, 12).map((row) => (
          <li key={row.areaCode}>
            <span className="grow">{say(row.areaWords).split(' · ').at(-1)}</span>
            <span className="dim small">
              {row.answeredInTime !== null &&
                t('board.inTime', { share: `${Math.round(row.answeredInTime * 100)}%` })}
              {row.medianAnswerMinutes !== null &&
                ` · ${t('board.median', { minutes: Math.round(row.medianAnswerMinutes) })}`}
            </span>
            <span className={row.overdue > 0 ? 'chip bad' : 'chip'}>
              {t('board.overdue', { count: row.overdue })}
            </span>
          </li>
        ))}
      </ul>
      <AsOf at={board.data.asOf} />
    </>
  );
}

const HOURS = [1, 2, 4, 24] as const;

function Supervise({ task, onClose }: { task: TaskRow; onClose: () => void }) {
  const { t, say, sorry } = useCommandWords();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const [hours, setHours] = useState<number>(HOURS[0]);
  const go = async (): Promise<void> => {
    try {
      const body = { note: note.trim(), dueAt: Date.now() + hours * HOUR };
      await call(superviseTask, { params: { id: task.id }, body });
      toast(t('board.sent'));
      void client.invalidateQueries({ queryKey: ['/api/tasks'] });
      onClose();
    } catch (error) {
      toast(sorry(error), { bad: true });
    }
  };
  return (
    <Sheet title={t('board.supervise')} onClose={onClose}>
      <p className="dim">{say(task.title)}</p>
      <label className="field">
        <span>{t('board.note')}</span>
        <textarea
          className="input"
          maxLength={500}
          value={note}
          onChange={(e) => setNote(e.target.value)}
        />
      </label>
      <fieldset className="segments">
        <legend className="dim small">{t('board.due')}</legend>
        {HOURS.map((one) => (
          <button
            key={one}
            type="button"
            className="btn"
            aria-pressed={hours === one}
            onClick={() => setHours(one)}
          >
            {t('board.in', { hours: one })}
          </button>
        ))}
      </fieldset>
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('cancel')}
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={note.trim() === ''}
          onClick={() => void go()}
        >
          {t('board.supervise')}
        </button>
      </div>
    </Sheet>
  );
}
