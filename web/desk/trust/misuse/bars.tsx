import { useDeskWords } from '../../words.ts';

type Bar = { label: string; share: number; isBad?: boolean };
const WIDE = 200;
const HIGH = 14;

/** Shares side by side: each bar has its word and its number, so that no colour speaks alone. */
export function Bars({ bars }: { bars: Bar[] }) {
  const { lang } = useDeskWords();
  return (
    <dl className="share-bars">
      {bars.map(({ label, share, isBad }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <svg viewBox={`0 0 ${WIDE} ${HIGH}`} aria-hidden="true" preserveAspectRatio="none">
              <rect className="ground" width={WIDE} height={HIGH} />
              <rect
                className={isBad ? 'bad' : 'usual'}
                width={Math.max(1, Math.min(1, share) * WIDE)}
                height={HIGH}
              />
            </svg>
            <span className="num">
              {share.toLocaleString(lang, { style: 'percent', maximumFractionDigits: 1 })}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
