import { Link, useParams } from '@tanstack/react-router';
import { KINDS } from '#base/kinds.ts';
import { getAccount } from '#intake/records/contract.ts';
import { getSource } from '#intake/sources/contract.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { Equation } from '../frame/equation.tsx';
import { Page } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { Keys } from './keys.tsx';

export function SourcePage() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const id = Number(useParams({ strict: false }).id);
  const { data, error, refetch } = useAnswer(getSource, { params: { id } });
  const account = useAnswer(getAccount, {}, { enabled: may(me, 'batch.read') });
  const counts = account.data?.sources.find((one) => one.sourceId === id);
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const crumbs = <Link to="/sources">{t('nav.sources')}</Link>;
  return (
    <Page title={say(data.words)} crumbs={crumbs}>
      <dl className="facts card">
        <dt>{t('source.code')}</dt>
        <dd>{data.code}</dd>
        <dt>{t('source.owner')}</dt>
        <dd>{data.owner}</dd>
        <dt>{t('source.formats')}</dt>
        <dd>
          {data.formats.join(' ').toUpperCase()} · {data.charset.toUpperCase()}
        </dd>
        <dt>{t('source.kind')}</dt>
        <dd>{data.kind ? say(KINDS[data.kind].words) : t('source.mixed')}</dd>
        {data.placeCode && (
          <>
            <dt>{t('source.place')}</dt>
            <dd>{data.placeCode}</dd>
          </>
        )}
        <dt>{t('source.address')}</dt>
        <dd>
          <code>POST /api/intake/{data.code}</code>
        </dd>
      </dl>
      {counts && <Equation counts={counts} />}
      <p>
        <Link to="/batches" search={{ source: String(id) } as never}>
          {t('source.batches')}
        </Link>
      </p>
      {may(me, 'source.manage') && (
        <p>
          <Link to="/sources/$id/mapping" params={{ id: String(id) }}>
            {t('map.open')}
          </Link>
        </p>
      )}
      <Keys source={data} />
    </Page>
  );
}
