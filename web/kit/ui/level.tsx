import { LEVEL_WORDS, type Level } from '#base/words.ts';
import { useWords } from '../i18n.ts';

/** Colour never speaks alone: octagon, diamond, triangle, circle, each with its Roman number. */
export const SHAPES: Record<Level, string> = {
  1: 'M7.5 1.5h9L22.5 7.5v9L16.5 22.5h-9L1.5 16.5v-9Z',
  2: 'M12 .8 23.2 12 12 23.2.8 12Z',
  3: 'M12 1.6 23.4 22H.6Z',
  4: 'M12 1a11 11 0 1 1 0 22a11 11 0 0 1 0-22Z',
};
export const ROMAN: Record<Level, string> = { 1: 'Ⅰ', 2: 'Ⅱ', 3: 'Ⅲ', 4: 'Ⅳ' };

const BARS: Record<Level, string> = {
  1: 'M12 8v8',
  2: 'M9.7 8v8M14.3 8v8',
  3: 'M8 11.5v7M12 11.5v7M16 11.5v7',
  4: 'M7.4 8v8M10.6 8l3 8 3-8',
};

export function levelOf(value: number): Level {
  return value === 1 || value === 2 || value === 3 ? value : 4;
}

type Props = { level: number; size?: number; words?: boolean };

/** The badge of an alert level. With `words` the name stands beside it, else it is read aloud only. */
export function LevelBadge({ level, size = 22, words = false }: Props) {
  const { say, t } = useWords();
  const own = levelOf(level);
  const name = t('level.name', { name: say(LEVEL_WORDS[own]), roman: ROMAN[own] });
  return (
    <span className="level">
      <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
        <path d={SHAPES[own]} fill={`var(--l${own})`} stroke="var(--l-edge)" />
        <path
          d={BARS[own]}
          fill="none"
          stroke={`var(--l${own}-ink)`}
          strokeWidth="2.1"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className={words ? undefined : 'sr'}>{words ? say(LEVEL_WORDS[own]) : name}</span>
    </span>
  );
}
