import { useState } from 'react';
import { useWords } from '../i18n.ts';
import { Sheet } from './sheet.tsx';

export type Command = { id: string; text: string; hint?: string; run: () => void };

const SHOWN_MAX = 12;

/** The command palette: type a few letters, Enter runs the first line. */
export function Palette({ commands, onClose }: { commands: Command[]; onClose: () => void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const wanted = text.trim().toLowerCase();
  const found = commands
    .filter((c) => `${c.text} ${c.hint ?? ''}`.toLowerCase().includes(wanted))
    .slice(0, SHOWN_MAX);
  const run = (command: Command | undefined): void => {
    if (!command) return;
    onClose();
    command.run();
  };
  const step = (by: number): void =>
    setChosen((at) => (at + by + found.length) % Math.max(1, found.length));
  return (
    <Sheet title={t('palette.title')} onClose={onClose}>
      <input
        className="input"
        aria-label={t('palette.title')}
        placeholder={t('palette.hint')}
        value={text}
        autoComplete="off"
        onChange={(e) => {
          setText(e.target.value);
          setChosen(0);
        }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') step(1);
          else if (e.key === 'ArrowUp') step(-1);
          else if (e.key === 'Enter') run(found[chosen]);
        }}
      />
      <ul className="palette">
        {found.map((command, i) => (
          <li key={command.id}>
            <button
              type="button"
              className="btn quiet"
              aria-current={i === chosen}
              onClick={() => run(command)}
            >
              <span className="grow">{command.text}</span>
              {command.hint && <span className="dim small">{command.hint}</span>}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
