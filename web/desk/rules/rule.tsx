import { Link, useParams } from '@tanstack/react-router';
import type { z } from 'zod';
import { readRule } from '#watch/rules/contract.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { At } from '../../kit/ui/clock.tsx';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useView } from '../../kit/view.ts';
import { Page } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { Diff } from './diff.tsx';
import { predicatesOf } from './document.ts';
import { Moves } from './moves.tsx';
import { percent, STATE_TONE } from './rules.tsx';

export type Rule = z.output<typeof readRule.answer>;

export function RulePage() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const [view] = useView();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const version = Number(view['version']) || undefined;
  const { data, error, refetch } = useAnswer(readRule, { params: { id }, query: { version } });
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  return (
    <Page
      title={say(data.doc.title)}
      crumbs={<Link to="/rules">{t('nav.rules')}</Link>}
      actions={
        may(me, 'rule.draft') && (
          <Link className="btn" to="/rules/$id/draft" params={{ id }}>
            {t('rule.edit')}
          </Link>
        )
      }
    >
      <div className="row wrap">
        <LevelBadge level={data.doc.level} words />
        <span className={STATE_TONE[data.state]}>{t(`rule.${data.state}`)}</span>
        <span className="chip">{t(`type.${data.doc.match.type}`)}</span>
        <span className="dim">
          <code>{id}</code> · {t('rule.versionNo', { version: data.version })}
        </span>
      </div>
      <Pending rule={data} />
      <section className="card col">
        <p className="sentence">{say(data.sentence)}</p>
        <p className="dim">
          {t('rule.basis')}: {say(data.doc.basis)}
        </p>
        <p className="dim small">
          {t('rule.grouping', {
            by: t(`by.${data.doc.groupBy}`),
            hours: data.doc.groupHours,
            quiet: data.doc.suppressHours,
          })}{' '}
          · {t(`task.${data.doc.task}`)}
        </p>
      </section>
      <Stats rule={data} />
      <Moves rule={data} />
      <section className="col">
        <h2>{t('rule.cel')}</h2>
        {predicatesOf(data.doc).map((one) => (
          <div key={one.name}>
            <p className="dim small">{one.name}</p>
            <pre className="raw">{one.text}</pre>
          </div>
        ))}
      </section>
      <Versions rule={data} />
    </Page>
  );
}

/** A newer version that waits for somebody: the page of the active one must not hide it. */
function Pending({ rule }: { rule: Rule }) {
  const { t } = useDeskWords();
  const [, change] = useView();
  const waiting = rule.versions.find(
    (one) => one.version > rule.version && (one.state === 'draft' || one.state === 'reviewed'),
  );
  if (!waiting) return null;
  const { version, state, authorName } = waiting;
  return (
    <p className="notice row wrap">
      <span className="grow">
        {t('rule.pending', { version, state: t(`rule.${state}`), name: authorName })}
      </span>
      <button
        type="button"
        className="btn"
        onClick={() => change({ version: String(version), against: undefined }, { push: true })}
      >
        {t('rule.show')}
      </button>
    </p>
  );
}

function Stats({ rule }: { rule: Rule }) {
  const { t, word } = useDeskWords();
  const { stats } = rule;
  return (
    <dl className="tiles">
      <div>
        <dt>{t('rule.signals')}</dt>
        <dd>{stats.signals}</dd>
      </div>
      <div>
        <dt>{t('rule.alerts')}</dt>
        <dd>
          <a href={`/command/?rule=${rule.doc.id}`}>{stats.alerts}</a>
        </dd>
      </div>
      <div title={t('rule.precisionHelp')}>
        <dt>{t('rule.precision')}</dt>
        <dd>{percent(stats.precision) ?? '–'}</dd>
      </div>
      <div>
        <dt>{t('rule.throttled')}</dt>
        <dd>{stats.throttled}</dd>
      </div>
      {Object.entries(stats.outcomes).map(([outcome, count]) => (
        <div key={outcome}>
          <dt>{word('outcome', outcome)}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}

function Versions({ rule }: { rule: Rule }) {
  const { t } = useDeskWords();
  const [view, change] = useView();
  const older = rule.versions
    .filter((one) => one.version < rule.version)
    .toSorted((a, b) => b.version - a.version);
  // Who reviews must see what changed without asking: against the version that counts now.
  const before = older.find((one) => one.state === 'active') ?? older[0];
  const isPending = rule.state === 'draft' || rule.state === 'reviewed';
  const other = Number(view['against']) || (isPending ? before?.version : undefined);
  return (
    <section className="col">
      <h2>{t('rule.versions')}</h2>
      <ol className="versions">
        {rule.versions.map((one) => (
          <li key={one.version} aria-current={one.version === rule.version}>
            <strong>{t('rule.versionNo', { version: one.version })}</strong>
            <span className={STATE_TONE[one.state]}>{t(`rule.${one.state}`)}</span>
            <span className="grow dim small">
              {one.authorName} <At at={one.createdAt} />
              {one.reviewerName && ` · ${t('rule.reviewedBy', { name: one.reviewerName })}`}
              {one.note && ` · ${one.note}`}
            </span>
            <button
              type="button"
              className="btn quiet"
              onClick={() =>
                change({ version: String(one.version), against: undefined }, { push: true })
              }
            >
              {t('rule.show')}
            </button>
            {one.version !== rule.version && (
              <button
                type="button"
                className="btn quiet"
                onClick={() => change({ against: String(one.version) }, { push: true })}
              >
                {t('rule.compare')}
              </button>
            )}
          </li>
        ))}
      </ol>
      {other !== undefined && <Diff id={rule.doc.id} older={other} newer={rule} />}
    </section>
  );
}
