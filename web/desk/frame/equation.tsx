import { useDeskWords } from '../words.ts';

export type Counts = {
  received: number;
  admitted: number;
  quarantined: number;
  duplicate: number;
  pending: number;
};

const PARTS = ['admitted', 'quarantined', 'duplicate', 'pending'] as const;
const grouped = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ');

/** received = admitted + quarantined + duplicate + pending, as numbers and as a bar. */
export function Equation({ counts }: { counts: Counts }) {
  const { t } = useDeskWords();
  const sum = PARTS.reduce((total, part) => total + counts[part], 0);
  const holds = sum === counts.received;
  const shown = PARTS.filter((part) => counts[part] > 0);
  return (
    <div className="equation">
      <div className="equation-line">
        <Term label={t('count.received')} value={counts.received} />
        <span aria-hidden="true">{holds ? '=' : '≠'}</span>
        {PARTS.map((part, i) => (
          <span key={part} className="row">
            {i > 0 && <span aria-hidden="true">+</span>}
            <Term label={t(`count.${part}`)} value={counts[part]} part={part} />
          </span>
        ))}
        <span className={holds ? 'chip good' : 'chip bad'}>
          {t(holds ? 'count.holds' : 'count.broken')}
        </span>
      </div>
      <svg className="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {shown.map((part) => {
          const before = PARTS.slice(0, PARTS.indexOf(part)).reduce((s, p) => s + counts[p], 0);
          return (
            <rect
              key={part}
              className={`bar-${part}`}
              x={(before / Math.max(1, sum)) * 1000}
              width={Math.max(3, (counts[part] / Math.max(1, sum)) * 1000)}
              height="10"
            />
          );
        })}
      </svg>
    </div>
  );
}

function Term({ label, value, part }: { label: string; value: number; part?: string }) {
  return (
    <span className="term">
      <span className="dim small">
        {part && <i className={`dot-${part}`} />}
        {label}
      </span>
      <strong>{grouped(value)}</strong>
    </span>
  );
}
