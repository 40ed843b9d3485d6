import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { prefixOf } from '#base/areas.ts';
import { type PostDetail, readPost } from '#registers/agencies/contract.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { LoadText, useLoads } from '../../kit/ui/actor-pick.tsx';
import { AsOf, At } from '../../kit/ui/clock.tsx';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { Page, ScrollBox } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { RosterEdit } from './roster-edit.tsx';
import { clockOf, WEEK } from './roster.ts';

/** One duty post: who is there now, who belongs to it, and the week as it is planned. */
export function PostPage() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const [isEdit, setEdit] = useState(false);
  const id = Number(useParams({ strict: false }).id);
  const { data, error, refetch, dataUpdatedAt } = useAnswer(
    readPost,
    { params: { id } },
    { refreshMs: 60_000 },
  );
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const reach = me?.actions['post.manage'];
  const isMine = reach === 'city' || data.areaCode.startsWith(prefixOf(me?.areaCode ?? ''));
  const mayEdit = may(me, 'post.manage') && isMine && data.members.length > 0;
  return (
    <Page
      title={say(data.name)}
      crumbs={<Link to="/posts">{t('nav.posts')}</Link>}
      actions={
        mayEdit &&
        !isEdit && (
          <button type="button" className="btn primary" onClick={() => setEdit(true)}>
            {t('roster.edit')}
          </button>
        )
      }
    >
      <dl className="facts card">
        <dt>{t('post.agency')}</dt>
        <dd>{say(data.agency)}</dd>
        <dt>{t('post.kind')}</dt>
        <dd>{t(`post.${data.kind}`)}</dd>
        <dt>{t('area.code')}</dt>
        <dd>{data.areaCode}</dd>
        <dt>{t('post.capacity')}</dt>
        <dd>{data.capacity}</dd>
      </dl>
      <OnDuty post={data} asOf={dataUpdatedAt} />
      {isEdit ? <RosterEdit post={data} onDone={() => setEdit(false)} /> : <Roster post={data} />}
      <Overrides post={data} />
    </Page>
  );
}

/** Who is at the post this minute, each with the work already in hand. */
function OnDuty({ post, asOf }: { post: PostDetail; asOf: number }) {
  const { t } = useDeskWords();
  const me = useMe();
  const loads = useLoads(me, post.areaCode);
  return (
    <section className="col">
      <h2>{t('post.duty')}</h2>
      {!post.rostered && <p className="notice">{t('post.unrostered')}</p>}
      {post.onDuty.length === 0 && <p className="dim">{t('post.nobody')}</p>}
      <ul className="lines">
        {post.onDuty.map((one) => (
          <li key={one.actorId}>
            <strong>{one.name}</strong>
            <span className="grow dim small">{one.login}</span>
            {may(me, 'task.read') && (
              <LoadText
                load={loads.get(one.actorId) ?? { open: 0, overdue: 0, doneToday: 0 }}
                capacity={post.capacity}
              />
            )}
          </li>
        ))}
      </ul>
      <AsOf at={asOf} />
    </section>
  );
}

function Roster({ post }: { post: PostDetail }) {
  const { t } = useDeskWords();
  return (
    <section className="col">
      <h2>{t('post.roster')}</h2>
      {post.members.length === 0 && <Empty>{t('post.noMembers')}</Empty>}
      {post.members.length > 0 && (
        <ScrollBox label={t('post.roster')}>
          <table className="table">
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
                  <td>{member.name}</td>
                  {WEEK.map((day) => (
                    <td key={day}>
                      {post.shifts
                        .filter((one) => one.actorId === member.actorId && one.weekday === day)
                        .map((one) => `${clockOf(one.fromMinute)}–${clockOf(one.untilMinute)}`)
                        .join(' ') || <span className="dim">·</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </section>
  );
}

function Overrides({ post }: { post: PostDetail }) {
  const { t } = useDeskWords();
  if (post.overrides.length === 0) return null;
  const nameOf = (id: number): string =>
    post.members.find((one) => one.actorId === id)?.name ?? String(id);
  return (
    <section className="col">
      <h2>{t('roster.overrides')}</h2>
      <ul className="lines">
        {post.overrides.map((one) => (
          <li key={`${one.actorId}-${one.fromAt}`}>
            <strong>{nameOf(one.actorId)}</strong>
            <span className={one.present ? 'chip good' : 'chip warn'}>
              {t(one.present ? 'roster.there' : 'roster.away')}
            </span>
            <span>
              <At at={one.fromAt} /> – <At at={one.untilAt} />
            </span>
            <span className="dim">{one.note}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
