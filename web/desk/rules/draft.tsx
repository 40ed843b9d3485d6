import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import { checkRuleDoc, draftRule, readRule } from '#watch/rules/contract.ts';
import { call } from '../../kit/api.ts';
import { useAnswer } from '../../kit/query.ts';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useAct } from '../frame/act.ts';
import { Page } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { DiffLines } from './diff.tsx';
import { BLANK, type Doc, placeOf } from './document.ts';

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
function useCheck(text: string) {
  const [answer, setAnswer] = useState<{ asked: string; check: Check | 'failed' }>();
  const { doc, fault } = parse(text);
  const asked = fault === undefined ? JSON.stringify(doc) : undefined;
  useEffect(() => {
    if (asked === undefined) return;
    const gone = new AbortController();
    const timer = setTimeout(() => {
      const body = { doc: JSON.parse(asked) as unknown };
      call(checkRuleDoc, { body, signal: gone.signal }).then(
        (check) => setAnswer({ asked, check }),
        () => {
          if (!gone.signal.aborted) setAnswer({ asked, check: 'failed' });
        },
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [asked]);
  // An answer about an older text still stands there, greyed, but allows nothing.
  return { check: answer?.check, isFresh: answer?.asked === asked, fault };
}

function Editor({ id, first }: { id: string; first: Doc }) {
  const { t } = useDeskWords();
  const navigate = useNavigate();
  const { isBusy, act } = useAct('/api/rules');
  const [text, setText] = useState(
    () => localStorage.getItem(keptName(id)) ?? JSON.stringify(first, null, 2),
  );
  const [note, setNote] = useState('');
  const { check, isFresh, fault } = useCheck(text);
  const box = useRef<HTMLTextAreaElement>(null);
  const stored = JSON.stringify(first, null, 2);
  const isSame = id !== 'new' && text === stored;
  const isChecked = fault === undefined && isFresh && check !== undefined && check !== 'failed';
  const isSound = isChecked && check.faults.length === 0;
  const change = (next: string): void => {
    setText(next);
    localStorage.setItem(keptName(id), next);
  };
  const save = async (): Promise<void> => {
    const doc = JSON.parse(text) as Doc;
    const made = await act(() => call(draftRule, { body: { doc, note } }), t('rule.isDrafted'));
    if (!made) return;
    localStorage.removeItem(keptName(id));
    const search = { version: String(made.version) };
    void navigate({ to: '/rules/$id', params: { id: made.id }, search: search as never });
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
              ref={box}
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
          <Meaning text={text} check={check} isFresh={isFresh} fault={fault} box={box} />
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
              disabled={!isSound || isBusy || isSame}
              onClick={() => void save()}
            >
              {t('rule.save')}
            </button>
            <button
              type="button"
              className="btn"
              disabled={fault !== undefined}
              onClick={() => change(JSON.stringify(JSON.parse(text), null, 2))}
            >
              {t('rule.tidy')}
            </button>
            <button type="button" className="btn" onClick={() => change(stored)}>
              {t('rule.restart')}
            </button>
          </div>
          {isSame && <p className="dim small">{t('rule.saved')}</p>}
          <p className="dim small">{t('rule.kept')}</p>
          {id !== 'new' && !isSame && fault === undefined && (
            <>
              <h2>{t('rule.changed')}</h2>
              <DiffLines from={first} to={JSON.parse(text) as unknown} />
            </>
          )}
        </section>
      </div>
    </Page>
  );
}

type MeaningProps = {
  text: string;
  check: Check | 'failed' | undefined;
  isFresh: boolean;
  fault: string | undefined;
  box: RefObject<HTMLTextAreaElement | null>;
};

/** Puts the caret where the fault is: at the field, and within its predicate where one is named. */
function goTo(
  box: HTMLTextAreaElement | null,
  text: string,
  path: string,
  at: number | null,
): void {
  if (!box) return;
  const place = placeOf(text, path, at);
  box.focus();
  box.setSelectionRange(place.from, place.until);
  const line = text.slice(0, place.from).split('\n').length;
  const height = box.scrollHeight / Math.max(1, text.split('\n').length);
  box.scrollTop = Math.max(0, (line - 6) * height);
}

function Meaning({ text, check, isFresh, fault, box }: MeaningProps) {
  const { t, say } = useDeskWords();
  const level = Number(/"level":\s*(\d)/.exec(text)?.[1] ?? 0);
  if (fault) {
    return (
      <p className="notice bad">
        {t('rule.json')} {fault}
      </p>
    );
  }
  if (check === 'failed') return <p className="notice bad">{t('rule.checkFailed')}</p>;
  if (!check) return <Skeleton lines={3} />;
  return (
    <>
      {check.sentence && (
        <p className="card sentence">
          {level > 0 && <LevelBadge level={level} />} {say(check.sentence)}
        </p>
      )}
      {!isFresh && <p className="dim small">{t('rule.checking')}</p>}
      {check.faults.length === 0 ? (
        <p className="chip good">{t('rule.sound')}</p>
      ) : (
        <ul className="faults">
          {check.faults.map((one) => (
            <li key={`${one.path}-${one.at}-${one.code}`}>
              {!say(one.text).startsWith(one.path) && (
                <code>
                  {one.path}
                  {one.at !== null && `:${one.at}`}{' '}
                </code>
              )}
              {say(one.text)}{' '}
              <button
                type="button"
                className="link"
                onClick={() => goTo(box.current, text, one.path, one.at)}
              >
                {t('rule.goTo')}
                <span className="sr"> {one.path}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
