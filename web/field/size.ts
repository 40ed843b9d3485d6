import { useSyncExternalStore } from 'react';

const STORED = 'fenghuo.size';
const hearers = new Set<() => void>();
let isLarge = false;

function show(large: boolean): void {
  isLarge = large;
  document.documentElement.dataset['size'] = large ? 'large' : 'plain';
  for (const hear of hearers) hear();
}

/** Large text for elderly eyes: 20 px, kept on this phone; `?size=large` asks for it too. */
export function startSize(): void {
  const asked = new URLSearchParams(location.search).get('size') ?? localStorage.getItem(STORED);
  show(asked === 'large');
}

export function switchSize(): void {
  show(!isLarge);
  localStorage.setItem(STORED, isLarge ? 'large' : 'plain');
}

const listen = (hear: () => void): (() => void) => {
  hearers.add(hear);
  return () => hearers.delete(hear);
};
export const useIsLarge = (): boolean => useSyncExternalStore(listen, () => isLarge);
