import { useEffect, useRef } from 'react';

/** Runs something when the screen first stands there, and never again. */
export function useOnce(run: () => void): void {
  const first = useRef(run);
  useEffect(() => first.current(), []);
}
