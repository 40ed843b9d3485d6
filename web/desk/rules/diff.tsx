import { readRule } from '#watch/rules/contract.ts';
import { useAnswer } from '../../kit/query.ts';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useDeskWords } from '../words.ts';
import { diffOf } from './document.ts';
import type { Rule } from './rule.tsx';

const MARK = { same: ' ', gone: '−', new: '+' } as const;
const linesOf = (doc: unknown): string[] => JSON.stringify(doc, null, 2).split('\n');

/** What changed between two versions of a rule, line by line. */
export function Diff({ id, older, newer }: { id: string; older: number; newer: Rule }) {
  const { t } = useDeskWords();
  const { data, error } = useAnswer(readRule, { params: { id }, query: { version: older } });
  if (error) return <Sorry error={error} />;
  if (!data) return <Skeleton lines={4} />;
  const [from, to] = older < newer.version ? [data, newer] : [newer, data];
  return (
    <section className="col">
      <h3>{t('rule.diff', { from: from.version, to: to.version })}</h3>
      <DiffLines from={from.doc} to={to.doc} />
    </section>
  );
}

/** Two documents line by line; what stayed is shown as well, a rule is a page at most. */
export function DiffLines({ from, to }: { from: unknown; to: unknown }) {
  return (
    <pre className="raw diff">
      {diffOf(linesOf(from), linesOf(to)).map((line, i) => (
        <span key={`${i}-${line.kind}`} className={`diff-${line.kind}`}>
          {MARK[line.kind]} {line.text}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
