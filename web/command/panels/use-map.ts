import { tierOf } from '#base/areas.ts';
import { readMap } from '#views/command/contract.ts';
import { useAnswer } from '../../kit/query.ts';
import { useMe } from '../../kit/session.ts';
import { useView } from '../../kit/view.ts';
import type { AreaTier } from '../../maps/city-map.tsx';

const BELOW: Record<string, AreaTier> = {
  city: 'district',
  district: 'street',
  street: 'community',
  community: 'community',
};

/** Counts, rates and points of the areas one step below where the reader stands. */
export function useMap() {
  const me = useMe();
  const [view, change] = useView();
  const code = view['area'] ?? me?.areaCode;
  const tier = BELOW[tierOf(code ?? '') ?? 'city'] ?? 'district';
  const query = { tier, ...(code ? { areaCode: code } : {}) };
  const map = useAnswer(readMap, { query }, { enabled: code !== undefined });
  const enter = (area: string): void => {
    if (area !== code) change({ area, alert: undefined }, { push: true });
  };
  return { ...map, code, tier, enter };
}
