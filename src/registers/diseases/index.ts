export type { Disease, DiseasePack, Profile, Threshold, ThresholdPack } from './contract.ts';
export { loadDiseases, loadThresholds, shippedDiseases } from './load.ts';
export { diseasesOfIcd10, holdsIcd10, reportHours } from './model.ts';
export { diseaseRoutes } from './routes.ts';
export { diseasesOn, profiles, thresholdsOn } from './store.ts';
