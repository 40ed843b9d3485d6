import { useQueryClient } from '@tanstack/react-query';
import { useLive } from '../../kit/live.ts';

/** What an entry of the stream makes stale, by the beginning of its kind. */
const STALE: Readonly<Record<string, RegExp>> = {
  tie: /^\/api\/(ties|people)/,
  glass: /^\/api\/grants/,
  misuse: /^\/api\/misuse/,
  mandate: /^\/api\/(mandates|lists|people\/:id\/companions|companions)/,
};
const ANY = /^\/api\/(ties|grants|misuse|mandates)/;

/** Pages of trust are true at once: what happened elsewhere is read anew when the stream tells of it. */
export function useDeskNews(): void {
  const client = useQueryClient();
  useLive((entry) => {
    const stale = entry === 'reset' ? ANY : STALE[entry.kind.split('.')[0] ?? ''];
    if (!stale) return;
    void client.invalidateQueries({
      predicate: (query) => stale.test(String(query.queryKey[0])),
    });
  });
}
