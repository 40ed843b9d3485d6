import { RAMP } from './style.ts';
import type { Theme } from '../kit/theme.ts';

export type Step = { colour: string; from: number; to: number };

/**
 * Five classes of equal count over what is above zero; areas at zero stay the colour of the land.
 * Rates, not raw counts: a large area must not look ill for being large.
 */
export function stepsOf(values: readonly number[], theme: Theme): Step[] {
  const sorted = values.filter((value) => value > 0).toSorted((a, b) => a - b);
  const ramp = RAMP[theme];
  const count = Math.min(ramp.length, new Set(sorted).size);
  const steps: Step[] = [];
  for (let i = 0; i < count; i++) {
    const from = sorted[Math.floor((i * sorted.length) / count)] ?? 0;
    const to = sorted[Math.ceil(((i + 1) * sorted.length) / count) - 1] ?? from;
    const colour = ramp[Math.round((i * (ramp.length - 1)) / Math.max(1, count - 1))] ?? '';
    if (steps.at(-1)?.from !== from) steps.push({ colour, from, to });
  }
  return steps;
}

export function colourOf(steps: readonly Step[], value: number): string | undefined {
  if (value <= 0) return undefined;
  return steps.findLast((step) => value >= step.from)?.colour;
}

type Ring = readonly (readonly number[])[];

/** West, south, east, north of a GeoJSON geometry's coordinates, however deep they are nested. */
export function boundsOf(coordinates: unknown): [number, number, number, number] | null {
  const out: [number, number, number, number] = [180, 90, -180, -90];
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] !== 'number') {
      for (const one of part as Ring[]) walk(one);
      return;
    }
    const [lon, lat] = part as [number, number];
    out[0] = Math.min(out[0], lon);
    out[1] = Math.min(out[1], lat);
    out[2] = Math.max(out[2], lon);
    out[3] = Math.max(out[3], lat);
  };
  walk(coordinates);
  return out[0] <= out[2] ? out : null;
}

/** A box around the middles of areas, a third wider each way: where the area above has no boundary. */
export function boundsAround(
  areas: readonly { lat: number | null; lon: number | null }[],
): [number, number, number, number] | null {
  const middles = areas.flatMap(({ lon, lat }) =>
    lon === null || lat === null ? [] : [[lon, lat]],
  );
  const box = boundsOf(middles);
  if (!box) return null;
  const [west, south, east, north] = box;
  const wide = (east - west) / 3 + 0.01;
  const high = (north - south) / 3 + 0.01;
  return [west - wide, south - high, east + wide, north + high];
}
