export type { Area, AreaDetail, AreaRow, Boundary } from './contract.ts';
export type { AreaDirectory } from './directory.ts';
export { areaDirectory, areaWordsOf } from './directory.ts';
export { importAreas } from './import.ts';
export { areaRoutes } from './routes.ts';
export { areaOf, boundaryOf, childrenOf, knownAreas } from './store.ts';
