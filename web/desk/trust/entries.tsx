import { useState } from 'react';
import { DAY, HOUR, MINUTE } from '#base/time.ts';
import { listPurposes } from '#registers/access/contract.ts';
import { type EntryView, listEntries } from '#registers/trace/contract.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { useView } from '../../kit/view.ts';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { ChainBadge } from './chain-badge.tsx';
import { zh as words } from './words/index.ts';

/** The query desk of the trace: who looked at or changed whom, when, why; and whether it is whole. */
export function Entries() {
  const { t } = useDeskWords();
  const filters = useEntryFilters();
  const { values, on } = useFilters(filters);
  const from = useFrom(values['when']);
  const list = usePages(listEntries, {
    query: {
      actorId: idOf(values['actor']),
      person: idOf(values['person']),
      subject: values['subject'],
      action: values['action'],
      from,
    },
  });
  return (
    <Page title={t('nav.entries')}>
      <ChainBadge />
      <FilterBar filters={filters} />
      <Table
        name="entries"
        list={list}
        columns={useColumns()}
        keyOf={(row) => row.id}
        filters={on}
        exportOf={null}
        empty={t('audit.none')}
      />
    </Page>
  );
}

const idOf = (text: string | undefined): number | undefined => {
  const id = Number(text?.replace(/^#/, ''));
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
};

const SPANS = { hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY } as const;
type Span = keyof typeof SPANS;
const isSpan = (text: string | undefined): text is Span => text !== undefined && text in SPANS;

/** Counted from when the page was opened, so that drawing it again does not ask again. */
function useFrom(when: string | undefined): number | undefined {
  const [openedAt] = useState(() => Math.floor(Date.now() / MINUTE) * MINUTE);
  return isSpan(when) ? openedAt - SPANS[when] : undefined;
}

const ACTIONS = Object.keys(words).flatMap((key) =>
  key.startsWith('deed.') ? [key.slice('deed.'.length)] : [],
);

function useEntryFilters(): Filter[] {
  const { t } = useDeskWords();
  const deed = useDeed();
  const [view] = useView();
  // An action that was picked from a row may have no words of its own.
  const actions = [...new Set([...ACTIONS, ...(view['action'] ? [view['action']] : [])])];
  return [
    { name: 'actor', label: t('entry.actorId'), type: 'text' },
    { name: 'person', label: t('audit.person'), type: 'text' },
    {
      name: 'action',
      label: t('entry.action'),
      type: 'select',
      first: t('audit.anyAction'),
      options: actions.map((value) => ({ value, label: deed(value) })),
    },
    { name: 'subject', label: t('entry.subject'), type: 'text' },
    {
      name: 'when',
      label: t('audit.when'),
      type: 'select',
      first: t('audit.always'),
      options: (Object.keys(SPANS) as Span[]).map((value) => ({
        value,
        label: t(`audit.${value}`),
      })),
    },
  ];
}

/** The words of an action; a refused one is told by what was asked for. */
function useDeed(): (action: string) => string {
  const { t, word } = useDeskWords();
  return (action) => {
    const own = word('deed', action);
    if (own !== action || !action.endsWith('.refused')) return own;
    return t('audit.refusedDeed', { what: word('deed', action.slice(0, -'.refused'.length)) });
  };
}

/** Why, in words: a code of the list of purposes, and under which temporary access. */
function usePurpose(): (purpose: string) => string {
  const { t, word, say } = useDeskWords();
  const deed = useDeed();
  const { data } = useAnswer(listPurposes);
  const one = (code: string): string => {
    const found = data?.rows.find((it) => it.code === code);
    if (found) return say(found.words);
    const own = word('purpose', code);
    return own === code ? deed(code) : own;
  };
  return (purpose) => {
    const [, id, rest = ''] = /^grant:(\d+) ?(.*)$/.exec(purpose) ?? [];
    return id ? `${t('audit.underGrant', { id })} · ${one(rest)}` : one(purpose);
  };
}

const PERSONS_SHOWN_MAX = 3;

function useColumns(): Column<EntryView>[] {
  const { t, word, say } = useDeskWords();
  const deed = useDeed();
  const why = usePurpose();
  const rolesOf = (row: EntryView): string => row.roles.map(say).join(' · ');
  // What the house does by itself has no number that anybody could look up.
  const whoIs = (row: EntryView): string =>
    row.actorId > 0 ? `${row.actorName} #${row.actorId}` : t('audit.house');
  // A refusal says why; `+37` is how many more there were.
  const wordOf = ({ action, purpose }: EntryView): string => {
    if (!action.endsWith('.refused')) return why(purpose);
    const [code = '', more = ''] = purpose.split(' ');
    return `${word('refusal', code)} ${more}`.trim();
  };
  return [
    {
      head: t('entry.at'),
      text: (row) => fullTime(row.at),
      render: (row) => <At at={row.at} />,
    },
    {
      head: t('entry.actor'),
      text: (row) => `${whoIs(row)} ${rolesOf(row)}`.trim(),
      render: (row) => (
        <>
          {row.actorId > 0 ? (
            <Only name="actor" value={String(row.actorId)} shown={whoIs(row)} />
          ) : (
            whoIs(row)
          )}
          <div className="dim small">{rolesOf(row)}</div>
        </>
      ),
    },
    {
      head: t('entry.action'),
      text: (row) => deed(row.action),
      render: (row) => <Only name="action" value={row.action} shown={deed(row.action)} />,
    },
    { head: t('entry.subject'), text: (row) => row.subject },
    {
      head: t('audit.persons'),
      text: (row) => row.persons.join(' '),
      render: (row) => <Persons ids={row.persons} />,
    },
    {
      head: t('entry.purpose'),
      text: (row) => (row.purpose === row.action ? '' : wordOf(row)),
    },
    { head: t('audit.mandate'), text: (row) => row.mandateId, isNumber: true },
    { head: t('area.code'), text: (row) => row.areaCode },
  ];
}

function Persons({ ids }: { ids: readonly number[] }) {
  const { t } = useDeskWords();
  return (
    <div className="row">
      {ids.slice(0, PERSONS_SHOWN_MAX).map((id) => (
        <Only key={id} name="person" value={String(id)} shown={`#${id}`} />
      ))}
      {ids.length > PERSONS_SHOWN_MAX && (
        <span className="dim small" title={ids.join(' ')}>
          {t('audit.more', { count: ids.length })}
        </span>
      )}
    </div>
  );
}

/** A value that, pressed, becomes the filter. */
function Only({ name, value, shown }: { name: string; value: string; shown: string }) {
  const { t } = useDeskWords();
  const [, change] = useView();
  return (
    <button
      type="button"
      className="link"
      title={t('audit.only', { what: shown })}
      onClick={() => change({ [name]: value }, { push: true })}
    >
      {shown}
    </button>
  );
}
