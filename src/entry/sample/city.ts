import { type City, makeCity } from '../../../tools/city/city.ts';
import { FULL_MAP, SMALL_MAP } from '../../../tools/city/map/geography.ts';
import type { SampleConfig } from '../config.ts';

/** Below this the full map would have more communities than households. */
const SMALL_PERSONS = 20_000;

export const sampleCity = ({ seed, persons }: SampleConfig): City =>
  makeCity({ seed, persons, map: persons < SMALL_PERSONS ? SMALL_MAP : FULL_MAP });
