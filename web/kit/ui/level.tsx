import { LEVEL_WORDS, type Level } from '#base/words.ts';
import { useWords } from '../i18n.ts';
import { BARS, ROMAN, SHAPES } from './level-shapes.ts';

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
