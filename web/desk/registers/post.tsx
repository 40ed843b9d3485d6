import { Link, useParams } from '@tanstack/react-router';
import { type PostDetail, readPost } from '#registers/agencies/contract.ts';
import { useAnswer } from '../../kit/query.ts';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { Page } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;

export function PostPage() {
  const { t, say } = useDeskWords();
  const id = Number(useParams({ strict: false }).id);
  const { data, error, refetch } = useAnswer(readPost, { params: { id } });
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  return (
    <Page title={say(data.name)} crumbs={<Link to="/posts">{t('nav.posts')}</Link>}>
      <dl className="facts card">
        <dt>{t('post.agency')}</dt>
        <dd>{say(data.agency)}</dd>
        <dt>{t('post.kind')}</dt>
        <dd>{t(`post.${data.kind}`)}</dd>
        <dt>{t('area.code')}</dt>
        <dd>{data.areaCode}</dd>
        <dt>{t('post.capacity')}</dt>
        <dd>{data.capacity}</dd>
        <dt>{t('post.duty')}</dt>
        <dd>
          {data.onDuty.map((one) => one.name).join(t('list.comma')) || t('none')}
          {!data.rostered && <span className="dim small"> {t('post.unrostered')}</span>}
        </dd>
      </dl>
      <Roster post={data} />
    </Page>
  );
}

function Roster({ post }: { post: PostDetail }) {
  const { t } = useDeskWords();
  return (
    <section className="col">
      <h2>{t('post.roster')}</h2>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="table-box" tabIndex={0} aria-label={t('post.roster')}>
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
      </section>
    </section>
  );
}
