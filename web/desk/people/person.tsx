import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import {
  type PersonClaim,
  type PersonFile,
  readPerson,
  revealPhone,
} from '#registers/people/contract.ts';
import { listAlerts } from '#watch/alerts/contract.ts';
import { CallError, call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useAct } from '../frame/act.ts';
import { type Column, Page, Table } from '../frame/table.tsx';
import { Why } from '../trust/reasons/why.tsx';
import { useDeskWords } from '../words.ts';
import { Companions } from './companions.tsx';
import { GlassBanner, Outside, useGrant } from './glass.tsx';
import { type Purpose, PurposePick, usePurpose } from './purpose.tsx';
import { Ties } from './ties.tsx';
import { Timeline } from './timeline.tsx';

/** One person one file: who, from which sources, and everything on one timeline. */
export function PersonPage() {
  const { t } = useDeskWords();
  const id = Number(useParams({ strict: false }).id);
  const [purpose, setPurpose] = usePurpose();
  const pick = <PurposePick purpose={purpose} onChoose={setPurpose} />;
  if (purpose) return <File id={id} purpose={purpose} pick={pick} />;
  return (
    <Page
      title={t('person.file')}
      crumbs={<Link to="/people">{t('nav.people')}</Link>}
      actions={pick}
    >
      <p className="notice">{t('purpose.why')}</p>
    </Page>
  );
}

type FileProps = { id: number; purpose: Purpose; pick: ReactNode };

function File({ id, purpose, pick }: FileProps) {
  const { t, word } = useDeskWords();
  const me = useMe();
  const { data, error, refetch } = useAnswer(readPerson, { params: { id }, purpose });
  const grant = useGrant(id, data?.relation === 'granted' && may(me, 'glass.break'));
  const isOutside = error instanceof CallError && error.status === 404;
  const crumbs = <Link to="/people">{t('nav.people')}</Link>;
  if (isOutside && may(me, 'glass.break')) {
    return (
      <Page title={t('person.file')} crumbs={crumbs} actions={pick}>
        <Outside personId={id} />
      </Page>
    );
  }
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  return (
    <Page title={data.name || t('person.nameless')} crumbs={crumbs} actions={pick}>
      {grant && <GlassBanner grant={grant} />}
      <div className="two">
        <section className="col">
          <dl className="facts card">
            <dt>{t('person.status')}</dt>
            <dd>{t(`person.${data.status}`)}</dd>
            <dt>{t('person.sex')}</dt>
            <dd>{data.sex ? word('sex', data.sex) : '–'}</dd>
            <dt>{t('person.born')}</dt>
            <dd>{data.bornOn ?? data.birthYear ?? '–'}</dd>
            {data.documents.map((one) => (
              <DocumentLine key={one.idType + one.idNo} document={one} />
            ))}
            <dt>{t('person.phone')}</dt>
            <dd>
              <Phone
                file={data}
                purpose={purpose}
                canReveal={may(me, 'person.reveal') || !!grant}
              />
            </dd>
            <dt>{t('person.address')}</dt>
            <dd>{data.address || '–'}</dd>
            <dt>{t('area.code')}</dt>
            <dd>{data.areaCode}</dd>
            <dt>{t('person.relation')}</dt>
            <dd>{t(`ties.${data.relation}`)}</dd>
          </dl>
          {data.linkedInto !== null && (
            <p className="notice">
              {t('person.linkedInto')}{' '}
              <Link to="/people/$id" params={{ id: String(data.linkedInto) }}>
                #{data.linkedInto}
              </Link>
            </p>
          )}
          <Ties file={data} purpose={purpose} mayGive={!grant && may(me, 'tie.propose')} />
          <Alerts personId={id} canRead={may(me, 'alert.read')} />
          {!grant && may(me, 'decision.read') && <Why id={id} purpose={purpose} />}
          {!grant && may(me, 'companion.read') && <Companions id={id} purpose={purpose} />}
          <Claims file={data} />
        </section>
        {may(me, 'timeline.read') && <Timeline id={id} purpose={purpose} />}
      </div>
    </Page>
  );
}

function DocumentLine({ document }: { document: { idType: string; idNo: string } }) {
  const { word } = useDeskWords();
  return (
    <>
      <dt>{word('id', document.idType)}</dt>
      <dd>{document.idNo}</dd>
    </>
  );
}

type PhoneProps = { file: PersonFile; purpose: Purpose; canReveal: boolean };

function Phone({ file, purpose, canReveal }: PhoneProps) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct();
  const [phone, setPhone] = useState<string>();
  const reveal = async (): Promise<void> => {
    const answer = await act(() =>
      call(revealPhone, { params: { id: file.id }, body: { purpose }, purpose }),
    );
    if (answer) setPhone(answer.phone);
  };
  return (
    <span className="row">
      {phone ?? (file.phone || '–')}
      {!phone && file.phone.includes('*') && canReveal && (
        <button type="button" className="btn quiet" disabled={isBusy} onClick={() => void reveal()}>
          {t('person.reveal')}
        </button>
      )}
    </span>
  );
}

function Alerts({ personId, canRead }: { personId: number; canRead: boolean }) {
  const { t, say } = useDeskWords();
  const live = usePages(listAlerts, { query: { personId, limit: 20 } }, { enabled: canRead });
  if (!canRead || live.rows.length === 0) return null;
  return (
    <section className="col">
      <h2>{t('person.alerts')}</h2>
      <ul className="lines">
        {live.rows.map((row) => (
          <li key={row.id}>
            <LevelBadge level={row.level} size={18} />
            <a className="grow" href={`/command/?alert=${row.id}`}>
              {say(row.title)}
            </a>
            <At at={row.lastSignalAt} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Claims({ file }: { file: PersonFile }) {
  const { t, word } = useDeskWords();
  const columns: Column<PersonClaim>[] = [
    { head: t('claim.attribute'), text: (row) => word('attribute', row.attribute) },
    {
      head: t('claim.value'),
      text: (row) => (row.shown === 'hidden' ? t('claim.hidden') : row.value),
      render: (row) => (
        <span className={row.best ? 'strong' : undefined}>
          {row.shown === 'hidden' ? t('claim.hidden') : row.value}
        </span>
      ),
    },
    { head: t('claim.source'), text: (row) => row.sourceId },
    {
      head: t('claim.last'),
      text: (row) => fullTime(row.lastAt),
      render: (row) => <At at={row.lastAt} />,
    },
  ];
  const list = { rows: file.claims, isLoading: false, error: null, retry: () => undefined };
  return (
    <details className="col">
      <summary>{t('claim.title', { count: file.claims.length })}</summary>
      <Table
        name={`claims-${file.id}`}
        list={list}
        columns={columns}
        keyOf={(row) => `${row.attribute}-${row.record}-${row.value}`}
        exportOf={null}
      />
    </details>
  );
}
