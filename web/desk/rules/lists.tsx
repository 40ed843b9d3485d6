import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { createList, listLists, type WatchList } from '#watch/rules/lists/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useAnswer } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useAct } from '../frame/act.ts';
import { type Column, Page, Table, wholeOf } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

export function Lists() {
  const { t, say } = useDeskWords();
  const me = useMe();
  const answer = useAnswer(listLists);
  const [isNew, setNew] = useState(false);
  const columns: Column<WatchList>[] = [
    {
      head: t('list.name'),
      text: (row) => say(row.words),
      render: (row) => (
        <Link to="/lists/$id" params={{ id: row.id }}>
          {say(row.words)}
        </Link>
      ),
    },
    { head: t('list.subject'), text: (row) => t(`list.${row.subject}`) },
    { head: t('list.members'), text: (row) => row.members, isNumber: true },
    { head: t('list.purpose'), text: (row) => say(row.purpose) },
    { head: t('list.basis'), text: (row) => say(row.legalBasis) },
    { head: t('list.hours'), text: (row) => row.defaultHours, isNumber: true },
    {
      head: t('list.changed'),
      text: (row) => fullTime(row.changedAt),
      render: (row) => <At at={row.changedAt} />,
    },
  ];
  return (
    <Page
      title={t('nav.lists')}
      actions={
        may(me, 'list.manage') && (
          <button type="button" className="btn primary" onClick={() => setNew(true)}>
            {t('list.new')}
          </button>
        )
      }
    >
      <Table name="lists" list={wholeOf(answer)} columns={columns} keyOf={(row) => row.id} />
      {isNew && <NewList onClose={() => setNew(false)} />}
    </Page>
  );
}

function NewList({ onClose }: { onClose: () => void }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct('/api/lists');
  const submit = async (form: FormData): Promise<void> => {
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const both = (name: string) => ({ zh: text(name), en: text(`${name}En`) || text(name) });
    const body = {
      id: text('id'),
      words: both('words'),
      subject: text('subject') === 'place' ? ('place' as const) : ('person' as const),
      legalBasis: both('legalBasis'),
      purpose: both('purpose'),
      defaultHours: Number(text('defaultHours')) || 336,
    };
    if (await act(() => call(createList, { body }), t('list.made'))) onClose();
  };
  return (
    <Sheet title={t('list.new')} onClose={onClose}>
      <form className="col" action={(form) => void submit(form)}>
        <label className="field">
          <span>{t('list.id')}</span>
          <input className="input" name="id" required pattern="[a-z][a-z0-9\-]{0,62}" />
        </label>
        {(['words', 'purpose', 'legalBasis'] as const).map((name) => (
          <div key={name} className="pair">
            <label className="field">
              <span>{t(`list.${name}`)}</span>
              <input className="input" name={name} required maxLength={400} />
            </label>
            <label className="field">
              <span>{t(`list.${name}`)} (English)</span>
              <input className="input" name={`${name}En`} maxLength={400} />
            </label>
          </div>
        ))}
        <label className="field">
          <span>{t('list.subject')}</span>
          <select className="input" name="subject">
            <option value="person">{t('list.person')}</option>
            <option value="place">{t('list.place')}</option>
          </select>
        </label>
        <label className="field">
          <span>{t('list.hours')}</span>
          <input className="input" name="defaultHours" type="number" min="1" defaultValue="336" />
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
