import { useEffect, useEffectEvent, useState } from 'react';
import { useWords } from '../i18n.ts';
import { Sheet } from './sheet.tsx';

export type Keys = Record<string, { text: string; run: () => void }>;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Single-letter keys while nobody is typing and no sheet is open. The latest table is always used. */
export function useKeys(keys: Keys): void {
  const press = useEffectEvent((e: KeyboardEvent): void => {
    if (e.ctrlKey || e.metaKey || e.altKey || isTyping(e.target)) return;
    if (document.querySelector('dialog[open]')) return;
    const isControl =
      e.target instanceof HTMLElement && /^(BUTTON|A|SUMMARY)$/.test(e.target.tagName);
    if (isControl && (e.key === 'Enter' || e.key === ' ')) return;
    const found = keys[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!found) return;
    e.preventDefault();
    found.run();
  });
  useEffect(() => {
    const hear = (e: KeyboardEvent): void => press(e);
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}

/** The sheet of `?`: every key that works here, from the same table that hears them. */
export function KeyHelp({ keys, onClose }: { keys: Keys; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Sheet title={t('keys.title')} onClose={onClose}>
      <dl className="keys">
        {Object.entries(keys).map(([key, one]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <kbd>{key.length === 1 ? key.toUpperCase() : key}</kbd>
            </dt>
            <dd>{one.text}</dd>
          </div>
        ))}
        <dt>
          <kbd>Ctrl</kbd> <kbd>K</kbd>
        </dt>
        <dd>{t('palette.open')}</dd>
      </dl>
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('close')}
        </button>
      </div>
    </Sheet>
  );
}

/** Opens on Ctrl+K (⌘K). */
export function usePaletteKey(): [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const hear = (e: KeyboardEvent): void => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
        e.preventDefault();
        setOpen(true);
      }
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
  return [open, setOpen];
}
