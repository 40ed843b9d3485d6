import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { z } from 'zod';
import { KIND_NAMES, KINDS } from '#base/kinds.ts';
import { getAccount } from '#intake/records/contract.ts';
import { createSource, listActivity, listSources } from '#intake/sources/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer, usePages } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useAct } from '../frame/act.ts';
import { type Filter, FilterBar, useFilters } from '../frame/filters.tsx';
import { type Column, Page, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Source = z.output<typeof listSources.answer>['rows'][number];
export const TONE = {
  fresh: 'chip good',
  late: 'chip warn',
  silent: 'chip bad',
  unknown: 'chip',
} as const;

export function Sources() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const filters: Filter[] = [{ name: 'q', label: t('filter.q'), type: 'text' }];
  const { values, on } = useFilters(filters);
  const list = usePages(listSources, { query: { q: values['q'] } });
  const account = useAnswer(getAccount, {}, { enabled: may(me, 'batch.read') });
  const fresh = useAnswer(listActivity);
  const [isNew, setNew] = useState(false);
  const countsOf = (id: number) => account.data?.sources.find((one) => one.sourceId === id);
  const freshOf = (id: number) => fresh.data?.sources.find((one) => one.sourceId === id);
  const columns: Column<Source>[] = [
    {
      head: t('source.name'),
      text: (row) => say(row.words),
      render: (row) => (
        <Link to="/sources/$id" params={{ id: String(row.id) }}>
          {say(row.words)}
        </Link>
      ),
    },
    { head: t('source.code'), text: (row) => row.code },
    { head: t('source.owner'), text: (row) => row.owner },
    { head: t('source.formats'), text: (row) => row.formats.join(' ').toUpperCase() },
    {
      head: t('source.kind'),
      text: (row) => (row.kind ? say(KINDS[row.kind].words) : t('source.mixed')),
    },
    {
      head: t('source.last'),
      text: (row) => {
        const at = freshOf(row.id)?.lastAt;
        return at ? fullTime(at) : null;
      },
      render: (row) => {
        const state = freshOf(row.id);
        return state ? (
          <span className="row">
            <span className={TONE[state.state]}>{t(`fresh.${state.state}`)}</span>
            <At at={state.lastAt} />
          </span>
        ) : (
          '–'
        );
      },
    },
    {
      head: t('count.received'),
      text: (row) => countsOf(row.id)?.received ?? null,
      isNumber: true,
    },
    {
      head: t('count.admitted'),
      text: (row) => countsOf(row.id)?.admitted ?? null,
      isNumber: true,
    },
    {
      head: t('count.quarantined'),
      text: (row) => countsOf(row.id)?.quarantined ?? null,
      isNumber: true,
    },
    {
      head: t('count.duplicate'),
      text: (row) => countsOf(row.id)?.duplicate ?? null,
      isNumber: true,
    },
  ];
  return (
    <Page
      title={t('nav.sources')}
      actions={
        may(me, 'source.manage') && (
          <button type="button" className="btn primary" onClick={() => setNew(true)}>
            {t('source.new')}
          </button>
        )
      }
    >
      <FilterBar filters={filters} />
      <Table name="sources" list={list} columns={columns} keyOf={(row) => row.id} filters={on} />
      {isNew && <NewSource onClose={() => setNew(false)} />}
    </Page>
  );
}

const FORMATS = ['ndjson', 'json', 'csv', 'xlsx', 'parquet', 'hl7', 'fhir', 'cda'] as const;

function NewSource({ onClose }: { onClose: () => void }) {
  const { t, say } = useDeskWords();
  const { isBusy, act } = useAct('/api/sources');
  const submit = (form: FormData): void => {
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const kind = KIND_NAMES.find((one) => one === text('kind')) ?? null;
    const body = {
      code: text('code'),
      words: { zh: text('zh'), en: text('en') || text('zh') },
      owner: text('owner'),
      formats: FORMATS.filter((one) => form.get(one) === 'on'),
      charset: text('charset') === 'gb18030' ? ('gb18030' as const) : ('utf-8' as const),
      kind,
    };
    void act(() => call(createSource, { body }), t('source.made')).then(
      (made) => made && onClose(),
    );
  };
  return (
    <Sheet title={t('source.new')} onClose={onClose}>
      <form className="col" action={submit}>
        <Text name="code" label={t('source.code')} pattern="[a-z0-9][a-z0-9_\-]{1,47}" />
        <Text name="zh" label={t('source.zh')} />
        <Text name="en" label={t('source.en')} isOptional />
        <Text name="owner" label={t('source.owner')} />
        <fieldset className="row wrap">
          <legend className="dim small">{t('source.formats')}</legend>
          {FORMATS.map((one) => (
            <label key={one} className="row">
              <input type="checkbox" name={one} defaultChecked={one === 'ndjson'} />{' '}
              {one.toUpperCase()}
            </label>
          ))}
        </fieldset>
        <label className="field">
          <span>{t('source.charset')}</span>
          <select className="input" name="charset">
            <option value="utf-8">UTF-8</option>
            <option value="gb18030">GB18030</option>
          </select>
        </label>
        <label className="field">
          <span>{t('source.kind')}</span>
          <select className="input" name="kind">
            <option value="">{t('source.mixed')}</option>
            {KIND_NAMES.map((name) => (
              <option key={name} value={name}>
                {say(KINDS[name].words)}
              </option>
            ))}
          </select>
        </label>
        <div className="sheet-foot">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={isBusy}>
            {t('save')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

type TextProps = { name: string; label: string; pattern?: string; isOptional?: boolean };

function Text({ name, label, pattern, isOptional = false }: TextProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        name={name}
        required={!isOptional}
        maxLength={100}
        pattern={pattern}
      />
    </label>
  );
}
