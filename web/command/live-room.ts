import { useQueryClient } from '@tanstack/react-query';
import { useEffectEvent, useEffect, useState } from 'react';
import { useLive } from '../kit/live.ts';
import { useCommandWords } from './words.ts';

const REST_MS = 250;

/**
 * Keeps every list of the room true: an entry of the stream makes stale what it may have
 * changed,
 * at most four times a second however many entries come. Answers with the sentence to be
 * read aloud.
 */
export function useLiveRoom(): string {
  const { t } = useCommandWords();
  const client = useQueryClient();
  const [isStale, setStale] = useState(false);
  const [news, setNews] = useState('');
  useLive((entry) => {
    setStale(true);
    if (entry !== 'reset' && entry.kind === 'alert.raised') {
      setNews(t('queue.new', { title: String(entry.alertId ?? '') }));
    }
  });
  const refresh = useEffectEvent(() => {
    void client.invalidateQueries({
      predicate: (query) => /^\/api\/(alerts|tasks|command)/.test(String(query.queryKey[0])),
    });
  });
  useEffect(() => {
    if (!isStale) return;
    const timer = setTimeout(() => {
      refresh();
      setStale(false);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [isStale]);
  return news;
}
