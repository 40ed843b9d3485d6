import { useEffect, useRef, useSyncExternalStore } from 'react';
import { SECOND } from '#base/time.ts';
import { useWords } from '../i18n.ts';

type Toast = { id: number; text: string; bad: boolean; undo?: () => void };

const SHOWN_MAX = 3;
let toasts: readonly Toast[] = [];
let lastId = 0;
const hearers = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const hear of hearers) hear();
}

const drop = (id: number): void => set(toasts.filter((toast) => toast.id !== id));

/** Says something at the foot of the page for 8 s; `undo` gives a button instead of a question before. */
export function toast(text: string, more: { bad?: boolean; undo?: () => void } = {}): void {
  const id = ++lastId;
  const one: Toast = {
    id,
    text,
    bad: more.bad ?? false,
    ...(more.undo ? { undo: more.undo } : {}),
  };
  set([...toasts, one].slice(-SHOWN_MAX));
  setTimeout(() => drop(id), 8 * SECOND);
}

const listen = (hear: () => void): (() => void) => {
  hearers.add(hear);
  return () => hearers.delete(hear);
};

export function Toasts() {
  const { t } = useWords();
  const shown = useSyncExternalStore(listen, () => toasts);
  const box = useRef<HTMLOutputElement>(null);
  useEffect(() => {
    // A popover shown anew stands above an open sheet, which covers all else.
    box.current?.hidePopover();
    if (shown.length > 0) box.current?.showPopover();
  }, [shown]);
  return (
    <output ref={box} popover="manual" className="toasts" aria-live="polite">
      {shown.map((one) => (
        <div key={one.id} className={one.bad ? 'toast bad' : 'toast'}>
          <span>{one.text}</span>
          {one.undo && (
            <button
              type="button"
              className="btn"
              onClick={() => {
                one.undo?.();
                drop(one.id);
              }}
            >
              {t('undo')}
            </button>
          )}
        </div>
      ))}
    </output>
  );
}
