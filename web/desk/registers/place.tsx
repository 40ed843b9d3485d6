import { Link, useParams } from '@tanstack/react-router';
import { readPlace } from '#registers/places/contract.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { Page } from '../frame/table.tsx';
import { PurposePick, usePurpose } from '../people/purpose.tsx';
import { PlaceTimeline } from '../people/timeline.tsx';
import { useDeskWords } from '../words.ts';

export function PlacePage() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const id = Number(useParams({ strict: false }).id);
  const [purpose, setPurpose] = usePurpose();
  const { data, error, refetch } = useAnswer(readPlace, { params: { id } });
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const canRead = may(me, 'timeline.read');
  return (
    <Page
      title={say(data.name)}
      crumbs={<Link to="/places">{t('nav.places')}</Link>}
      actions={canRead && <PurposePick purpose={purpose} onChoose={setPurpose} />}
    >
      <dl className="facts card">
        <dt>{t('place.kind')}</dt>
        <dd>{say(data.kindWords)}</dd>
        <dt>{t('place.code')}</dt>
        <dd>{data.code}</dd>
        <dt>{t('area.code')}</dt>
        <dd>{data.areaCode}</dd>
        <dt>{t('place.uscc')}</dt>
        <dd>
          {data.uscc ?? '–'}{' '}
          {data.usccHolds === false && <span className="chip warn">{t('place.usccBad')}</span>}
        </dd>
        <dt>{t('place.position')}</dt>
        <dd>
          {data.lat.toFixed(5)}, {data.lon.toFixed(5)}
        </dd>
      </dl>
      {canRead && !purpose && <p className="notice">{t('purpose.why')}</p>}
      {canRead && purpose && <PlaceTimeline id={id} purpose={purpose} />}
    </Page>
  );
}
