import { isRefusal } from '#base/refusal.ts';
import { type Route, route } from '#platform/http/index.ts';
import { NO_SOURCE } from '../register/keys.ts';
import { sourceById } from '../register/store.ts';
import {
  listMappings,
  previewMapping as previewEndpoint,
  saveMapping as saveEndpoint,
} from './contract.ts';
import type { SavedMapping } from './model.ts';
import { type CheckDecoded, previewMapping } from './preview.ts';
import { saveMapping } from './save.ts';
import { mappingsPage } from './store.ts';

const shown = (it: SavedMapping) => {
  const { rules, ...rest } = it.mapping;
  return { ...it, mapping: { ...rest, rules: rules.map((r) => ({ ...r, from: [...r.from] })) } };
};

export const mappingRoutes = (deps: { readonly check: CheckDecoded }): Route[] => [
  route(previewEndpoint, async ({ db, params, body, now }) => {
    const source = await db.read((tx) => sourceById(tx, params.id));
    if (!source) return NO_SOURCE;
    const file = Buffer.from(body.sample, 'base64');
    const found = await previewMapping(source, file, body.mapping, deps.check, now);
    if (isRefusal(found)) return found;
    const { mapping, columns } = found.guess;
    const rules = mapping.rules.map((r) => ({ ...r, from: [...r.from] }));
    return { ...found, guess: { mapping: { ...mapping, rules }, columns } };
  }),
  route(saveEndpoint, async ({ once, params, body, actor, now }) => {
    const saved = await once(async (tx) => {
      const source = await sourceById(tx, params.id);
      return source ? saveMapping(tx, actor, { sourceId: source.id, ...body }, now) : NO_SOURCE;
    });
    return isRefusal(saved) ? saved : shown(saved);
  }),
  route(listMappings, async ({ db, params, query }) => {
    const found = await db.read((tx) => mappingsPage(tx, { sourceId: params.id, ...query }));
    return { ...found, rows: found.rows.map(shown) };
  }),
];
