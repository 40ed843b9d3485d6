import { useState } from 'react';
import { ancestorOf } from '#base/areas.ts';
import { listPosts, readPost } from '#registers/agencies/contract.ts';
import type { Me } from '../../kit/faces.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { Skeleton } from '../../kit/ui/states.tsx';
import type { Named } from '../triage.ts';
import { useCommandWords } from '../words.ts';

type Props = {
  me: Me | undefined;
  areaCode: string | undefined;
  chosen: Named | null;
  onChoose: (one: Named | null) => void;
};

/** Me, or a member of a duty post of the district; who is on duty now stands first. */
export function ActorPick({ me, areaCode, chosen, onChoose }: Props) {
  const { t, say } = useCommandWords();
  const [postId, setPostId] = useState<number>();
  const area = areaCode ? (ancestorOf(areaCode, 'district') ?? areaCode) : me?.areaCode;
  const posts = usePages(listPosts, { query: { ...(area ? { area } : {}), limit: 100 } });
  const post = useAnswer(
    readPost,
    { params: { id: postId ?? 0 } },
    { enabled: postId !== undefined },
  );
  const duty = new Set(post.data?.onDuty.map((one) => one.actorId));
  const members = (post.data?.members ?? []).toSorted(
    (a, b) => Number(duty.has(b.actorId)) - Number(duty.has(a.actorId)),
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
      {postId !== undefined && post.isPending && <Skeleton lines={2} />}
      {post.data && members.length === 0 && <p className="dim">{t('assign.nobody')}</p>}
      {postId !== undefined && (
        <div className="row wrap">
          {members.slice(0, 40).map((one) => (
            <button
              key={one.actorId}
              type="button"
              className="btn"
              aria-pressed={chosen?.id === one.actorId}
              onClick={() => onChoose({ id: one.actorId, name: one.name })}
            >
              {one.name}
              {duty.has(one.actorId) && <span className="dim small">{t('assign.duty')}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
