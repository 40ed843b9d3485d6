import { useState } from 'react';
import type { Words } from '#base/words.ts';
import { type ConditionView, personWhyNot } from '#watch/reasons/contract.ts';
import { useAnswer } from '../../../kit/query.ts';
import { fullTime } from '../../../kit/time.ts';
import { Skeleton, Sorry } from '../../../kit/ui/states.tsx';
import { useDeskWords } from '../../words.ts';
import { Mark, Tree } from './tree.tsx';

type Props = { id: number; purpose: string; rules: { id: string; title: Words }[] };

/** Why not: a rule is picked, and each of its conditions is held against the person's records. */
export function WhyNot({ id, purpose, rules }: Props) {
  const { t, say } = useDeskWords();
  const [rule, setRule] = useState('');
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const shown = rules.filter(
    (it) =>
      it.id === rule || `${it.id} ${it.title.zh} ${it.title.en}`.toLowerCase().includes(wanted),
  );
  return (
    <details className="col why-not">
      <summary>{t('whynot.title')}</summary>
      <p className="dim small">{t('whynot.hint')}</p>
      <div className="filter-bar">
        <label className="field">
          <span>{t('whynot.find')}</span>
          <input className="input" value={search} onChange={(e) => setSearch(e.target.value)} />
        </label>
        <label className="field grow">
          <span>{t('whynot.rule')}</span>
          <select className="input" value={rule} onChange={(e) => setRule(e.target.value)}>
            <option value="">{t('whynot.pick')}</option>
            {shown.map((it) => (
              <option key={it.id} value={it.id}>
                {say(it.title)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {rule && <Answer id={id} purpose={purpose} rule={rule} />}
    </details>
  );
}

function Answer({ id, purpose, rule }: { id: number; purpose: string; rule: string }) {
  const { t, say } = useDeskWords();
  const asked = { params: { id }, query: { rule }, purpose };
  const { data, error, refetch } = useAnswer(personWhyNot, asked);
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data || data.rule.id !== rule) return <Skeleton lines={3} />;
  return (
    <article className="card col" aria-live="polite">
      <p>{say(data.rule.sentence)}</p>
      <p>
        <span className={data.holds ? 'chip warn' : 'chip'}>
          {t(data.holds ? 'whynot.holds' : 'whynot.misses')}
        </span>
      </p>
      <p className="strong">{say(data.nearest)}</p>
      <ol className="conditions">
        {data.conditions.map((condition, i) => (
          <Condition key={`${i}-${condition.words.en}`} condition={condition} />
        ))}
      </ol>
      <p className="dim small">{t('whynot.from', { time: fullTime(data.from) })}</p>
    </article>
  );
}

function Condition({ condition }: { condition: ConditionView }) {
  const { say } = useDeskWords();
  const { evaluated } = condition;
  return (
    <li>
      <div className="row">
        <Mark result={condition.met ? 'true' : 'false'} />
        <span className="grow">
          {say(condition.words)}
          <br />
          <span className="dim small">{say(condition.found)}</span>
        </span>
      </div>
      {evaluated && evaluated.tree.parts.length > 0 && <Tree tree={evaluated.tree} />}
    </li>
  );
}
