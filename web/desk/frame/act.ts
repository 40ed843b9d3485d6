import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from '../../kit/ui/toast.tsx';
import { useDeskWords } from '../words.ts';

/** Does something that changes the house: busy while it runs, says how it went, makes stale what it touched. */
export function useAct(...paths: string[]) {
  const { sorry } = useDeskWords();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const act = async <T>(work: () => Promise<T>, said?: string): Promise<T | undefined> => {
    setBusy(true);
    try {
      const answer = await work();
      if (said) toast(said);
      for (const path of paths) {
        void client.invalidateQueries({
          predicate: (query) => String(query.queryKey[0]).startsWith(path),
        });
      }
      return answer;
    } catch (error) {
      toast(sorry(error), { bad: true });
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, act };
}
