import { listPosts } from '#registers/agencies/contract.ts';
import { listLoad } from '#response/tasks/contract.ts';
import { usePages } from '../../kit/query.ts';
import { LoadText } from '../../kit/ui/actor-pick.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useView } from '../../kit/view.ts';
import { useDeskWords } from '../words.ts';

const useLoadOf = () => {
  const [view] = useView();
  const area = view['area'];
  return usePages(listLoad, { query: { ...(area ? { areaCode: area } : {}), limit: 200 } });
};

/** A post stands for its area and tier: the house keeps tasks by the hop they lie on. */
export function PostPick() {
  const { t, say } = useDeskWords();
  const [view, change] = useView();
  const list = usePages(listPosts, { query: { limit: 200 } });
  const tierOf = (kind: string, tier: string): string =>
    kind === 'investigation' ? 'investigation' : tier;
  const chosen = list.rows.find(
    (one) => one.areaCode === view['area'] && tierOf(one.kind, one.tier) === view['tier'],
  );
  return (
    <label className="field">
      <span>{t('tasks.post')}</span>
      <select
        className="input"
        value={chosen?.id ?? ''}
        onChange={(e) => {
          const post = list.rows.find((one) => String(one.id) === e.target.value);
          const patch = post
            ? { area: post.areaCode, tier: tierOf(post.kind, post.tier) }
            : { area: undefined, tier: undefined };
          change(patch, { push: true });
        }}
      >
        <option value="">{t('all')}</option>
        {list.rows.map((one) => (
          <option key={one.id} value={one.id}>
            {say(one.name)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Who holds a task now. Only people with work are there to be chosen. */
export function HolderPick() {
  const { t } = useDeskWords();
  const [view, change] = useView();
  const list = useLoadOf();
  return (
    <label className="field">
      <span>{t('tasks.holder')}</span>
      <select
        className="input"
        value={view['holder'] ?? ''}
        onChange={(e) => change({ holder: e.target.value || undefined }, { push: true })}
      >
        <option value="">{t('all')}</option>
        {list.rows.map((one) => (
          <option key={one.actorId} value={one.actorId}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** How much everybody carries, the most laden first; a name leads to that person's tasks. */
export function LoadPanel() {
  const { t } = useDeskWords();
  const [, change] = useView();
  const list = useLoadOf();
  const rows = list.rows.toSorted((a, b) => b.overdue - a.overdue || b.open - a.open);
  return (
    <details className="card">
      <summary>{t('load.title', { count: rows.length })}</summary>
      {list.isLoading && <Skeleton lines={3} />}
      {list.error && <Sorry error={list.error} onRetry={list.retry} />}
      {!list.isLoading && !list.error && rows.length === 0 && (
        <p className="dim">{t('load.none')}</p>
      )}
      <ul className="lines">
        {rows.map((one) => (
          <li key={one.actorId}>
            <button
              type="button"
              className="link grow"
              onClick={() => change({ holder: String(one.actorId) }, { push: true })}
            >
              {one.name}
            </button>
            <LoadText load={one} />
          </li>
        ))}
      </ul>
      {list.hasMore && (
        <button type="button" className="btn quiet" onClick={list.readMore}>
          {t('more')}
        </button>
      )}
    </details>
  );
}
