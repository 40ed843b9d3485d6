import { useEffect, useRef, useState } from 'react';
import { drop, get, put } from './keep.ts';
import { userOf } from './sync.ts';

export type Draft = { result: string; note: string; fields: Record<string, unknown> };
export const EMPTY: Draft = { result: '', note: '', fields: {} };

const REST_MS = 250;

/** The half-filled form of a task: kept after every keystroke, there again after a call or a crash. */
export function useDraft(taskId: number) {
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [isKept, setKept] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const name = String(taskId);
  useEffect(() => {
    let isHere = true;
    const restore = async (): Promise<void> => {
      const kept = await get<Draft>('draft', userOf(), name);
      if (isHere && kept) setDraft(kept);
    };
    void restore();
    return () => {
      isHere = false;
    };
  }, [name]);
  const change = (next: Draft): void => {
    setDraft(next);
    setKept(false);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      void put('draft', userOf(), name, next).then(() => setKept(true));
    }, REST_MS);
  };
  const clear = async (): Promise<void> => {
    clearTimeout(timer.current);
    setDraft(EMPTY);
    await drop('draft', userOf(), name);
  };
  return { draft, isKept, change, clear };
}

export const keepDraft = (taskId: number, draft: Draft): Promise<void> =>
  put('draft', userOf(), String(taskId), draft);
