import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ID_TYPES } from '#base/kinds.ts';
import {
  listPersons,
  type PersonBrief,
  type PersonQuery,
  searchPersons,
} from '#registers/people/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { useAct } from '../frame/act.ts';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { PurposePick, usePurpose } from './purpose.tsx';

/** People of the area, or found by document, phone or name. Nothing is read before a purpose is given. */
export function People() {
  const { t } = useDeskWords();
  const me = useMe();
  const [purpose, setPurpose] = usePurpose();
  const list = usePages(listPersons, purpose ? { purpose } : {}, {
    enabled: purpose !== undefined,
  });
  const { isBusy, act } = useAct();
  const [found, setFound] = useState<PersonBrief[]>();
  const search = async (query: PersonQuery): Promise<void> => {
    const answer = await act(() =>
      call(searchPersons, { body: query, ...(purpose ? { purpose } : {}) }),
    );
    if (answer) setFound(answer.rows);
  };
  const columns = usePersonColumns();
  const shown = found
    ? { rows: found, isLoading: false, error: null, retry: () => undefined }
    : list;
  return (
    <Page title={t('nav.people')} actions={<PurposePick purpose={purpose} onChoose={setPurpose} />}>
      {!purpose && <p className="notice">{t('purpose.why')}</p>}
      {purpose && may(me, 'person.search') && (
        <Search
          isBusy={isBusy}
          onSearch={search}
          onClear={() => setFound(undefined)}
          isFound={!!found}
        />
      )}
      {purpose && (
        <Table
          name="people"
          list={shown}
          columns={columns}
          keyOf={(row) => row.id}
          empty={t('person.nobody')}
          exportOf={found ? null : { subject: 'people', filter: {} }}
        />
      )}
    </Page>
  );
}

function usePersonColumns(): Column<PersonBrief>[] {
  const { t, word } = useDeskWords();
  return [
    {
      head: t('person.name'),
      text: (row) => row.name,
      render: (row) => (
        <Link to="/people/$id" params={{ id: String(row.id) }}>
          {row.name || t('person.nameless')}
        </Link>
      ),
    },
    { head: t('person.sex'), text: (row) => (row.sex ? word('sex', row.sex) : '') },
    { head: t('person.born'), text: (row) => row.birthYear },
    { head: t('area.code'), text: (row) => row.areaCode },
    { head: t('person.relation'), text: (row) => t(`ties.${row.relation}`) },
    {
      head: t('person.status'),
      text: (row) => t(`person.${row.status}`),
      render: (row) => (
        <span className={row.status === 'identified' ? 'chip good' : 'chip warn'}>
          {t(`person.${row.status}`)}
        </span>
      ),
    },
  ];
}

type SearchProps = {
  isBusy: boolean;
  isFound: boolean;
  onSearch: (query: PersonQuery) => Promise<void>;
  onClear: () => void;
};

const WAYS = ['document', 'phone', 'name'] as const;

/** Identifiers travel in the body, never in the address, and are gone from the form after the search. */
function Search({ isBusy, isFound, onSearch, onClear }: SearchProps) {
  const { t } = useDeskWords();
  const [way, setWay] = useState<(typeof WAYS)[number]>('document');
  const submit = (form: FormData): Promise<void> => {
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    if (way === 'phone') return onSearch({ phone: text('phone') });
    if (way === 'name') {
      const bornOn = text('bornOn');
      return onSearch({ name: text('name'), ...(bornOn ? { bornOn } : {}) });
    }
    const idType = ID_TYPES.find((one) => one === text('idType')) ?? 'citizen';
    return onSearch({ idType, idNo: text('idNo').toUpperCase() });
  };
  return (
    <search>
      <form className="filter-bar" action={submit}>
        <label className="field">
          <span>{t('search.by')}</span>
          <select
            className="input"
            value={way}
            onChange={(e) => setWay(WAYS.find((one) => one === e.target.value) ?? 'document')}
          >
            {WAYS.map((one) => (
              <option key={one} value={one}>
                {t(`search.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {way === 'document' && (
          <>
            <label className="field">
              <span>{t('search.idType')}</span>
              <select className="input" name="idType">
                {ID_TYPES.map((one) => (
                  <option key={one} value={one}>
                    {t(`id.${one}`)}
                  </option>
                ))}
              </select>
            </label>
            <Input name="idNo" label={t('search.idNo')} />
          </>
        )}
        {way === 'phone' && <Input name="phone" label={t('search.phone')} />}
        {way === 'name' && (
          <>
            <Input name="name" label={t('search.name')} />
            <label className="field">
              <span>{t('search.bornOn')}</span>
              <input className="input" type="date" name="bornOn" />
            </label>
          </>
        )}
        <button type="submit" className="btn primary" disabled={isBusy}>
          {t('search.go')}
        </button>
        {isFound && (
          <button type="button" className="btn" onClick={onClear}>
            {t('search.all')}
          </button>
        )}
      </form>
    </search>
  );
}

function Input({ name, label }: { name: string; label: string }) {
  return (
    <label className="field">
      <span>{label}</span>
      <input className="input" name={name} required maxLength={60} autoComplete="off" />
    </label>
  );
}
