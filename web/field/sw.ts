/// <reference lib="webworker" />
/**
 * Opens the field page without a line. Its files are named by content, so the cache comes first;
 * the page itself is asked for and taken from the cache when the line is slow or gone. Nothing of
 * /api is ever kept here: what is personal lives sealed in IndexedDB.
 */
const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const PAGE = '/field/';
const SLOW_MS = 3_000;
const SHELL = JSON.parse('__SHELL__') as string[];
const NAME = `field-${SHELL.join()
  .split('')
  .reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7)}`;

worker.addEventListener('install', (e) => {
  e.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll([PAGE, '/icon.svg', '/field.webmanifest', ...SHELL]))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (e) => {
  const clear = async (): Promise<void> => {
    for (const name of await caches.keys()) {
      if (name.startsWith('field-') && name !== NAME) await caches.delete(name);
    }
    await worker.clients.claim();
  };
  e.waitUntil(clear());
});

worker.addEventListener('fetch', (e) => {
  const { request } = e;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin || pathname.startsWith('/api')) return;
  if (request.mode === 'navigate') e.respondWith(page(request));
  else e.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});

async function page(request: Request): Promise<Response> {
  const kept = await caches.match(PAGE);
  if (!kept) return fetch(request);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(SLOW_MS) });
    return fresh.ok ? fresh : kept;
  } catch {
    // No line, or too slow: the kept page is whole.
    return kept;
  }
}
