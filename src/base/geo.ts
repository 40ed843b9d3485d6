/**
 * Coordinates as Chinese maps give them, and as we keep them (WGS-84, degrees). GCJ-02 is WGS-84
 * with the offset state survey law puts on public maps; BD-09 is GCJ-02 with Baidu's on top.
 */
export const COORDINATE_SYSTEMS = ['wgs-84', 'gcj-02', 'bd-09'] as const;
export type CoordinateSystem = (typeof COORDINATE_SYSTEMS)[number];
export type LonLat = { readonly lon: number; readonly lat: number };

/** Krasovsky 1940: half axis in metres, and eccentricity squared. */
const AXIS = 6_378_245;
const ECCENTRICITY2 = 0.006_693_421_622_965_943;
const BAIDU = (Math.PI * 3000) / 180;

/** The offset is put on nothing outside this box. */
const isOffset = ({ lon, lat }: LonLat): boolean =>
  lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;

const waves = (x: number): number =>
  ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3;

function shiftOf({ lon, lat }: LonLat): LonLat {
  const [x, y] = [lon - 105, lat - 35];
  const both = 0.1 * x * y;
  const root = Math.sqrt(Math.abs(x));
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    both +
    0.2 * root +
    waves(x) +
    ((20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3 +
    ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3;
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    both +
    0.1 * root +
    waves(x) +
    ((20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3 +
    ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3;
  const radians = (lat / 180) * Math.PI;
  const magic = 1 - ECCENTRICITY2 * Math.sin(radians) ** 2;
  const perLat = ((AXIS * (1 - ECCENTRICITY2)) / magic ** 1.5) * (Math.PI / 180);
  const perLon = (AXIS / Math.sqrt(magic)) * Math.cos(radians) * (Math.PI / 180);
  return { lat: north / perLat, lon: east / perLon };
}

/** WGS-84 → GCJ-02; outside China's box nothing moves. */
export function gcjOfWgs(at: LonLat): LonLat {
  if (!isOffset(at)) return at;
  const shift = shiftOf(at);
  return { lon: at.lon + shift.lon, lat: at.lat + shift.lat };
}

/** GCJ-02 → WGS-84 by iteration, exact to a millimetre. */
export function wgsOfGcj(at: LonLat): LonLat {
  if (!isOffset(at)) return at;
  let guess = at;
  for (let i = 0; i < 10; i++) {
    const there = gcjOfWgs(guess);
    const [dLon, dLat] = [at.lon - there.lon, at.lat - there.lat];
    guess = { lon: guess.lon + dLon, lat: guess.lat + dLat };
    if (Math.abs(dLon) + Math.abs(dLat) < 1e-10) break;
  }
  return guess;
}

/** GCJ-02 → BD-09. */
export function bdOfGcj({ lon, lat }: LonLat): LonLat {
  const z = Math.hypot(lon, lat) + 0.00002 * Math.sin(lat * BAIDU);
  const theta = Math.atan2(lat, lon) + 0.000003 * Math.cos(lon * BAIDU);
  return { lon: z * Math.cos(theta) + 0.0065, lat: z * Math.sin(theta) + 0.006 };
}

/** BD-09 → GCJ-02, as Baidu's formula is read backwards everywhere: good to some centimetres. */
export function gcjOfBd(at: LonLat): LonLat {
  const [lon, lat] = [at.lon - 0.0065, at.lat - 0.006];
  const z = Math.hypot(lon, lat) - 0.00002 * Math.sin(lat * BAIDU);
  const theta = Math.atan2(lat, lon) - 0.000003 * Math.cos(lon * BAIDU);
  return { lon: z * Math.cos(theta), lat: z * Math.sin(theta) };
}

/** A point of a declared system in WGS-84. */
export function toWgs84(at: LonLat, from: CoordinateSystem): LonLat {
  if (from === 'wgs-84') return at;
  return wgsOfGcj(from === 'bd-09' ? gcjOfBd(at) : at);
}
