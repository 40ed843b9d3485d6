import { dayOf } from '#base/time.ts';
import { type Route, route } from '#platform/http/index.ts';
import { listDiseases, listProfiles, listThresholds } from './contract.ts';
import { diseasesOn, profiles, thresholdsOn } from './store.ts';

export const diseaseRoutes = (): Route[] => [
  route(listProfiles, async ({ db }) => ({ rows: await db.read(profiles) })),
  route(listDiseases, async ({ db, query, now }) => ({
    rows: await db.read((tx) => diseasesOn(tx, query.on ?? dayOf(now), query.profile)),
  })),
  route(listThresholds, async ({ db, query, now }) => ({
    rows: await db.read((tx) => thresholdsOn(tx, query.on ?? dayOf(now), query.disease)),
  })),
];
