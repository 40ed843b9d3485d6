import { useState } from 'react';
import { ancestorOf } from '#base/areas.ts';
import { listPosts, readPost } from '#registers/agencies/contract.ts';
import { listLoad } from '#response/tasks/contract.ts';
import { may, type Me } from '../faces.ts';
import { useWords } from '../i18n.ts';
import { useAnswer, usePages } from '../query.ts';
import { Skeleton, Sorry } from './states.tsx';

export type Named = { id: number; name: string };
type Props = {
  me: Me | undefined;
  areaCode: string | undefined;
  chosen: Named | null;
  onChoose: (one: Named | null) => void;
};

const SHOWN_MAX = 40;

/**
 * Me, or a member of a duty post of the district: who is on duty stands first, the least laden
 * before the others, and beside every name what that person already carries.
 */
export function ActorPick({ me, areaCode, chosen, onChoose }: Props) {
  const { t, say } = useWords();
  const [postId, setPostId] = useState<number>();
  const area = areaCode ? (ancestorOf(areaCode, 'district') ?? areaCode) : me?.areaCode;
  const within = area ? { area } : {};
  const posts = usePages(listPosts, { query: { ...within, limit: 100 } });
  const post = useAnswer(
    readPost,
    { params: { id: postId ?? 0 } },
    { enabled: postId !== undefined },
  );
  const loads = useLoads(me, area);
  const duty = new Set(post.data?.onDuty.map((one) => one.actorId));
  const openOf = (id: number): number => loads.get(id)?.open ?? 0;
  const members = (post.data?.members ?? []).toSorted(
    (a, b) =>
      Number(duty.has(b.actorId)) - Number(duty.has(a.actorId)) ||
      openOf(a.actorId) - openOf(b.actorId),
  );
  return (
    <div className="col">
      {me && (
        <button
          type="button"
          className="btn"
          aria-pressed={chosen?.id === me.id}
          onClick={() => onChoose({ id: me.id, name: me.name })}
        >
          {t('assign.me')}
        </button>
      )}
      <label className="field">
        <span>{t('assign.post')}</span>
        <select
          className="input"
          value={postId ?? ''}
          onChange={(e) => setPostId(e.target.value ? Number(e.target.value) : undefined)}
        >
          <option value="">{t('assign.pick')}</option>
          {posts.rows.map((one) => (
            <option key={one.id} value={one.id}>
              {say(one.name)}
            </option>
          ))}
        </select>
      </label>
      {posts.hasMore && (
        <button type="button" className="btn quiet" onClick={posts.readMore}>
          {t('assign.morePosts')}
        </button>
      )}
      {post.error && <Sorry error={post.error} onRetry={() => void post.refetch()} />}
      {postId !== undefined && post.isPending && !post.error && <Skeleton lines={2} />}
      {post.data && members.length === 0 && <p className="dim">{t('assign.nobody')}</p>}
      {postId !== undefined && (
        <ul className="members">
          {members.slice(0, SHOWN_MAX).map((one) => (
            <li key={one.actorId} className="row wrap">
              <button
                type="button"
                className="btn"
                aria-pressed={chosen?.id === one.actorId}
                onClick={() => onChoose({ id: one.actorId, name: one.name })}
              >
                {one.name}
                {duty.has(one.actorId) && <span className="dim small">{t('assign.duty')}</span>}
              </button>
              {may(me, 'task.read') && (
                <LoadText load={loads.get(one.actorId) ?? NO_LOAD} capacity={post.data?.capacity} />
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type Load = { open: number; overdue: number; doneToday: number };
const NO_LOAD: Load = { open: 0, overdue: 0, doneToday: 0 };

/** What everybody of the area carries, by person; who is not named carries nothing. */
export function useLoads(me: Me | undefined, area: string | undefined): Map<number, Load> {
  const query = { ...(area ? { areaCode: area } : {}), limit: 200 };
  const list = usePages(listLoad, { query }, { enabled: may(me, 'task.read') });
  return new Map(list.rows.map((one) => [one.actorId, one]));
}

/** Open, overdue and done today of one person, red when overdue, amber when full. */
export function LoadText({ load, capacity }: { load: Load; capacity?: number | undefined }) {
  const { t } = useWords();
  const isFull = capacity !== undefined && load.open >= capacity;
  return (
    <span className="row wrap small" title={t('load.help')}>
      <span className={isFull ? 'chip warn' : 'dim'}>
        {capacity === undefined
          ? t('load.open', { count: load.open })
          : t('load.openOf', { count: load.open, capacity })}
      </span>
      {load.overdue > 0 && (
        <span className="chip bad">{t('load.overdue', { count: load.overdue })}</span>
      )}
      <span className="dim">{t('load.done', { count: load.doneToday })}</span>
    </span>
  );
}
