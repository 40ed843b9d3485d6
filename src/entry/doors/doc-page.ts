import type { Endpoint } from '#base/contract.ts';

const escape = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c,
  );

/** The API's page: every endpoint with its permit, printed from the contracts. No script. */
export function docPage(endpoints: readonly Endpoint[]): string {
  const rows = endpoints
    .toSorted((a, b) => a.path.localeCompare(b.path))
    .map(
      (e) =>
        `<tr><td><code>${e.method}</code></td><td><code>${escape(e.path)}</code></td>` +
        `<td>${escape(e.summary.zh)}<br>${escape(e.summary.en)}</td><td><code>${e.permit}</code></td></tr>`,
    )
    .join('\n');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fenghuo API</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/api/docs.css"></head><body>
<h1>烽火 Fenghuo API</h1>
<p>OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a>. Sign in with <code>POST /api/session</code>;
send writes with an <code>Idempotency-Key</code>; refusals are <code>application/problem+json</code>.</p>
<table><thead><tr><th>Method</th><th>Path</th><th>What</th><th>Permit</th></tr></thead><tbody>${rows}</tbody></table>
</body></html>`;
}

export const DOC_STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #14213d }
table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid #d5dbe5; padding: .4rem; text-align: left; vertical-align: top }
code { font-family: ui-monospace, monospace; color: #1756c7 }
@media (prefers-color-scheme: dark) {
  body { background: #07101c; color: #e6edf7 }
  code { color: #6cb2ff }
}`;
