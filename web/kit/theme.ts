import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

const STORED = 'fenghuo.theme';
const hearers = new Set<() => void>();
let theme: Theme = 'light';

/** Sets the first theme: the address, then what was chosen here before, then the face's own custom. */
export function startTheme(custom: Theme): void {
  const asked = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem(STORED);
  show(asked === 'dark' || asked === 'light' ? asked : custom);
}

function show(next: Theme): void {
  theme = next;
  document.documentElement.dataset['theme'] = next;
  for (const hear of hearers) hear();
}

export function switchTheme(): void {
  show(theme === 'light' ? 'dark' : 'light');
  localStorage.setItem(STORED, theme);
}

const listen = (hear: () => void): (() => void) => {
  hearers.add(hear);
  return () => hearers.delete(hear);
};
export const useTheme = (): Theme => useSyncExternalStore(listen, () => theme);
