import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { checkRuleDoc, draftRule, readRule } from '#watch/rules/contract.ts';
import { call } from '../../kit/api.ts';
import { useAnswer } from '../../kit/query.ts';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useAct } from '../frame/act.ts';
import { Page } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { BLANK, type Doc } from './document.ts';

type Check = z.output<typeof checkRuleDoc.answer>;
const REST_MS = 350;
const keptName = (id: string): string => `fenghuo.rule-draft.${id}`;

/** Drafting a rule: the document on the left, what it means and what is wrong on the right, while typing. */
export function DraftPage() {
  const { id = 'new' } = useParams({ strict: false }) as { id?: string };
  const isNew = id === 'new';
  const { data, error, refetch } = useAnswer(readRule, { params: { id } }, { enabled: !isNew });
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!isNew && !data) return <Skeleton />;
  return <Editor key={id} id={id} first={data?.doc ?? BLANK} />;
}

function parse(text: string): { doc?: unknown; fault?: string } {
  try {
    return { doc: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Asks the house what it thinks of the document, a moment after the last key. */
function useCheck(text: string): { check: Check | undefined; fault: string | undefined } {
  const [check, setCheck] = useState<Check>();
  const { doc, fault } = parse(text);
  const asked = fault === undefined ? JSON.stringify(doc) : undefined;
  useEffect(() => {
    if (asked === undefined) return;
    const gone = new AbortController();
    const timer = setTimeout(() => {
      const body = { doc: JSON.parse(asked) as unknown };
      call(checkRuleDoc, { body, signal: gone.signal }).then(setCheck, () => undefined);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [asked]);
  return { check, fault };
}

function Editor({ id, first }: { id: string; first: Doc }) {
  const { t } = useDeskWords();
  const navigate = useNavigate();
  const { isBusy, act } = useAct('/api/rules');
  const [text, setText] = useState(
    () => localStorage.getItem(keptName(id)) ?? JSON.stringify(first, null, 2),
  );
  const [note, setNote] = useState('');
  const { check, fault } = useCheck(text);
  const isSound = fault === undefined && check?.faults.length === 0;
  const change = (next: string): void => {
    setText(next);
    localStorage.setItem(keptName(id), next);
  };
  const save = async (): Promise<void> => {
    const doc = JSON.parse(text) as Doc;
    const made = await act(() => call(draftRule, { body: { doc, note } }), t('rule.isDrafted'));
    if (!made) return;
    localStorage.removeItem(keptName(id));
    void navigate({ to: '/rules/$id', params: { id: made.id } });
  };
  return (
    <Page
      title={t(id === 'new' ? 'rule.new' : 'rule.edit')}
      crumbs={<Link to="/rules">{t('nav.rules')}</Link>}
    >
      <div className="two">
        <section className="col">
          <label className="field">
            <span>{t('rule.document')}</span>
            <textarea
              className="input code"
              spellCheck={false}
              rows={30}
              value={text}
              onChange={(e) => change(e.target.value)}
            />
          </label>
        </section>
        <section className="col" aria-live="polite">
          <h2>{t('rule.meaning')}</h2>
          <Meaning text={text} check={check} fault={fault} />
          <label className="field">
            <span>{t('rule.note')}</span>
            <input
              className="input"
              maxLength={400}
              value={note}
              onChange={(e) => setNote(e.target.value)}
            />
          </label>
          <div className="row">
            <button
              type="button"
              className="btn primary"
              disabled={!isSound || isBusy}
              onClick={() => void save()}
            >
              {t('rule.save')}
            </button>
            <button
              type="button"
              className="btn"
              onClick={() => change(JSON.stringify(first, null, 2))}
            >
              {t('rule.restart')}
            </button>
          </div>
          <p className="dim small">{t('rule.kept')}</p>
        </section>
      </div>
    </Page>
  );
}

type MeaningProps = { text: string; check: Check | undefined; fault: string | undefined };

function Meaning({ text, check, fault }: MeaningProps) {
  const { t, say } = useDeskWords();
  const level = Number(/"level":\s*(\d)/.exec(text)?.[1] ?? 0);
  if (fault) {
    return (
      <p className="notice bad">
        {t('rule.json')} {fault}
      </p>
    );
  }
  if (!check) return <Skeleton lines={3} />;
  return (
    <>
      {check.sentence && (
        <p className="card sentence">
          {level > 0 && <LevelBadge level={level} />} {say(check.sentence)}
        </p>
      )}
      {check.faults.length === 0 ? (
        <p className="chip good">{t('rule.sound')}</p>
      ) : (
        <ul className="faults">
          {check.faults.map((one) => (
            <li key={`${one.path}-${one.at}-${one.code}`}>
              <code>
                {one.path}
                {one.at !== null && `:${one.at}`}
              </code>{' '}
              {say(one.text)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
