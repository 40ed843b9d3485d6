export type { Place, PlaceDetail, PlaceKind, PlaceRow } from './contract.ts';
export type { PlaceDirectory } from './directory.ts';
export { placeDirectory } from './directory.ts';
export { importPlaces } from './import.ts';
export type { KindPack } from './kinds.ts';
export { loadPlaceKinds, placeKinds, shippedKinds } from './kinds.ts';
export { placeRoutes } from './routes.ts';
export { placeOf } from './store.ts';
