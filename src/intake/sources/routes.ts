import { isRefusal, refuse } from '#base/refusal.ts';
import { type Route, route } from '#platform/http/index.ts';
import {
  createSource as createEndpoint,
  getSource,
  issueSourceKey,
  listActivity,
  listSources,
  pushRows,
  revokeSourceKey,
} from './contract.ts';
import { sourceActivity } from './register/activity.ts';
import { issueKey, keysOf, NO_SOURCE, revokeKey, sourceOfKey, touchKey } from './register/keys.ts';
import { createSource } from './register/manage.ts';
import { type ReceiveDeps, receiveUpload } from './receive/receive.ts';
import { sourceById, sourcesPage } from './register/store.ts';
import type { KindName } from '#base/kinds.ts';
import type { Source } from './model.ts';
import type { CheckDecoded } from './mapping/preview.ts';
import { mappingRoutes } from './mapping/routes.ts';

export type SourcesDeps = ReceiveDeps & { readonly check: CheckDecoded };

const BAD_KEY = refuse('unauthenticated', 'source-key', {
  zh: '密钥无效、过期或已吊销；请用 Authorization: Bearer fh_… 发送本数据源的密钥。',
  en: 'No live key of this source; send Authorization: Bearer fh_…',
});

const NOT_THIS_KIND = refuse('forbidden', 'not-of-this-key', {
  zh: '此密钥只可发送指定种类；请在地址中写明 kind。',
  en: 'This key sends certain kinds only; name the kind in the address.',
});
const isOf = (kinds: readonly KindName[], kind: KindName | null): boolean =>
  kind !== null && kinds.includes(kind);

const shown = (source: Source) => ({ ...source, formats: [...source.formats] });

const push = (deps: SourcesDeps): Route =>
  route(pushRows, async ({ request, reply, params, query, db, now, key }) => {
    const sent =
      /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ??
      request.headers['x-api-key']?.toString();
    const holder = sent && (await db.read((tx) => sourceOfKey(tx, sent, now)));
    const isHolder =
      holder && [holder.source.code, String(holder.source.id)].includes(params.source);
    const kind = isHolder ? (query.kind ?? holder.source.kind) : null;
    const isInScope = isHolder && (holder.kinds.length === 0 || isOf(holder.kinds, kind));
    if (isHolder) await touchKey(db, holder, now);
    const answer = !isHolder
      ? BAD_KEY
      : !isInScope
        ? NOT_THIS_KIND
        : await receiveUpload(deps, {
            ...holder,
            kind: query.kind,
            placeCode: query.place,
            key,
            request: request.raw,
          });
    if (!isRefusal(answer)) reply.code(202);
    else if (!request.raw.complete) reply.header('Connection', 'close');
    return answer;
  });

export const sourcesRoutes = (deps: SourcesDeps): Route[] => [
  push(deps),
  ...mappingRoutes(deps),
  route(listSources, async ({ db, query }) => {
    const found = await db.read((tx) => sourcesPage(tx, query));
    return { ...found, rows: found.rows.map(shown) };
  }),
  route(listActivity, async ({ db, now }) => ({
    asOf: now,
    sources: await db.read((tx) => sourceActivity(tx, now)),
  })),
  route(getSource, ({ db, params }) =>
    db.read(async (tx) => {
      const source = await sourceById(tx, params.id);
      return source ? { ...shown(source), keys: await keysOf(tx, source.id) } : NO_SOURCE;
    }),
  ),
  route(createEndpoint, async ({ once, body, actor, now }) => {
    const made = await once((tx) => createSource(tx, actor, body, now));
    return isRefusal(made) ? made : shown(made);
  }),
  // Not `once`: a key is shown once and kept nowhere, not even in an answer for replays.
  route(issueSourceKey, ({ db, body, params, actor, now }) =>
    db.tx((tx) => issueKey(tx, actor, { sourceId: params.id, ...body }, now)),
  ),
  route(revokeSourceKey, ({ once, params, actor, now }) =>
    once((tx) => revokeKey(tx, actor, { sourceId: params.id, keyId: params.keyId }, now)),
  ),
];
