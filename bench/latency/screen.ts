/** A screen of the epidemiologist: follows GET /api/live and notes when each alert came up. */
export async function followScreen(
  url: string,
  cookie: string,
): Promise<{ raised: ReadonlyMap<number, number>; close(): void }> {
  const raised = new Map<number, number>();
  const ending = new AbortController();
  const answer = await fetch(`${url}/api/live`, { headers: { cookie }, signal: ending.signal });
  if (!answer.ok || !answer.body) throw new Error(`following the live feed: ${answer.status}`);
  const body = answer.body;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body) {
      const at = performance.now();
      text += decoder.decode(chunk, { stream: true });
      const entries = text.split('\n\n');
      text = entries.pop() ?? '';
      for (const entry of entries) {
        if (!entry.includes('event: alert.raised\n')) continue;
        const data = /^data: (.*)$/m.exec(entry)?.[1] ?? '{}';
        const { alertId } = JSON.parse(data) as { alertId?: number };
        if (alertId !== undefined && !raised.has(alertId)) raised.set(alertId, at);
      }
    }
  };
  read().catch((fault: unknown) => {
    if (!ending.signal.aborted) console.error('the live feed broke off:', fault);
  });
  return { raised, close: () => ending.abort() };
}
