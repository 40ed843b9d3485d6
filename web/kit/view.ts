import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type View = Record<string, string | undefined>;

/** Search parameters as plain texts: `?level=1`, not `?level=%221%22`. */
export const plainSearch = {
  parseSearch: (text: string): View => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (view: Record<string, unknown>): string => {
    const kept = Object.entries(view).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
    return text ? `?${text}` : '';
  },
};

/** The view is the address: filters and what is open, to be read, shared and gone back to. */
export function useView(): [View, (patch: View, more?: { push?: boolean }) => void] {
  const view = useSearch({ strict: false }) as View;
  const navigate = useNavigate();
  const change = useCallback(
    (patch: View, more: { push?: boolean } = {}) => {
      const search = (old: View): View => ({ ...old, ...patch });
      void navigate({ to: '.', search: search as never, replace: !more.push });
    },
    [navigate],
  );
  return [view, change];
}
