import { useState } from 'react';
import { useDeskWords } from '../words.ts';

/** Why people are looked at. A code travels in a header and stands in the audit trail. */
export const PURPOSES = [
  'alert-handling',
  'case-investigation',
  'contact-tracing',
  'data-quality',
  'supervision',
] as const;
export type Purpose = (typeof PURPOSES)[number];

const STORED = 'fenghuo.purpose';

/** The purpose of this visit: asked once per tab, kept until it is closed. */
export function usePurpose(): [Purpose | undefined, (purpose: Purpose | undefined) => void] {
  const [purpose, setPurpose] = useState(() => {
    const kept = sessionStorage.getItem(STORED);
    return PURPOSES.find((one) => one === kept);
  });
  const choose = (next: Purpose | undefined): void => {
    if (next) sessionStorage.setItem(STORED, next);
    else sessionStorage.removeItem(STORED);
    setPurpose(next);
  };
  return [purpose, choose];
}

type Props = { purpose: Purpose | undefined; onChoose: (purpose: Purpose | undefined) => void };

export function PurposePick({ purpose, onChoose }: Props) {
  const { t } = useDeskWords();
  return (
    <label className="field purpose">
      <span>{t('purpose.label')}</span>
      <select
        className="input"
        value={purpose ?? ''}
        onChange={(e) => onChoose(PURPOSES.find((one) => one === e.target.value))}
      >
        <option value="">{t('purpose.pick')}</option>
        {PURPOSES.map((one) => (
          <option key={one} value={one}>
            {t(`purpose.${one}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
