import type { IdType } from '#base/kinds.ts';
import type { Words } from '#base/words.ts';
import { unit } from './chance.ts';
import type { City } from './city.ts';
import { shapes } from './map/areas.ts';
import { isAbroad, type Person, personAt } from './people/person.ts';
import { isCloseContact, isIsolated } from './records/stubs.ts';
import { geometryOf } from './tiles/layers.ts';

/** Imports of the registers, in the shapes of their contracts (AreaRow, PlaceRow, PostRow, NewActor). */
export type AreaImport = {
  code: string;
  name: Words;
  lat: number;
  lon: number;
  population: number;
  boundary?: { type: 'Polygon' | 'MultiPolygon'; coordinates: number[][][] | number[][][][] };
};
export type PlaceImport = {
  code: string;
  kind: string;
  name: Words;
  areaCode: string;
  lat: number;
  lon: number;
  uscc: string;
};
export type PostImport = {
  code: string;
  areaCode: string;
  kind: 'dispatch' | 'field' | 'investigation';
  name: Words;
  agency: Words;
  capacity: number;
  members: string[];
};
export type ActorImport = {
  login: string;
  name: string;
  roles: string[];
  areaCode: string;
  /** The agency it answers to. */
  unit: string;
  /** Whether the start-up prints a password for it; the others sign in only after one is set. */
  isShown: boolean;
};

/** Boundaries are simplified by about 40 m (streets 25 m), arc by arc: neighbours still fit. */
export function areaImports(city: City): AreaImport[] {
  const { division } = city.geography;
  const boundary = new Map<string, AreaImport['boundary']>();
  const put = (part: Int32Array, areas: readonly { code: string }[], toleranceKm: number): void => {
    for (const [i, polygons] of shapes(division, part, toleranceKm).polygons) {
      const code = areas[i]?.code;
      if (code) boundary.set(code, geometryOf(polygons) as AreaImport['boundary']);
    }
  };
  put(division.districtOf, division.districts, 0.04);
  put(division.streetOf, division.streets, 0.025);
  put(division.communityOf, division.communities, 0.03);
  return city.areas.map(({ code, name, lat, lon, population }) => {
    const own = boundary.get(code);
    return { code, name, lat, lon, population, ...(own ? { boundary: own } : {}) };
  });
}

export const placeImports = (city: City): PlaceImport[] =>
  city.places.map(({ code, kind, name, areaCode, lat, lon, uscc }) => ({
    code,
    kind,
    name,
    areaCode,
    lat,
    lon,
    uscc,
  }));

const FAMILY = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗';
const GIVEN = ['建军', '丽华', '志强', '晓燕', '海峰', '玉兰', '国栋', '雪梅', '文斌', '春芳'];
const staffName = (n: number): string =>
  FAMILY.charAt(n % FAMILY.length) + (GIVEN[Math.floor(n / FAMILY.length) % GIVEN.length] ?? '');

const TIER_POST: Record<string, { zh: string; en: string; agencyZh: string; agencyEn: string }> = {
  city: {
    zh: '疫情指挥调度岗',
    en: 'command post',
    agencyZh: '市应急指挥中心',
    agencyEn: 'Emergency command centre',
  },
  district: {
    zh: '调度岗',
    en: 'district dispatch',
    agencyZh: '区疾控中心',
    agencyEn: 'District CDC',
  },
  street: {
    zh: '调度岗',
    en: 'street dispatch',
    agencyZh: '街道办',
    agencyEn: 'Street office',
  },
  community: {
    zh: '工作站',
    en: 'community field post',
    agencyZh: '居委会',
    agencyEn: 'Community committee',
  },
};

/** Towns and villages have their own bodies. */
const AGENCY_BY_NAME = new Map([
  ['street/镇', '镇政府'],
  ['community/村', '村委会'],
]);

/**
 * Posts of the ladder (city, every district, street and community), an investigation post at the city
 * and in every district, and who sits there: one dispatcher each, one worker a community, two
 * investigators a district. Logins of the roles of the sample are marked to be shown.
 */
export function staffImports(city: City): { posts: PostImport[]; actors: ActorImport[] } {
  const posts: PostImport[] = [];
  const actors: ActorImport[] = [];
  const hire = (login: string, role: string, areaCode: string, isShown = false): string => {
    const name = staffName(actors.length);
    actors.push({ login, name, roles: [role], areaCode, unit: unitOf(role, areaCode), isShown });
    return login;
  };
  const shown = showcase(city);
  for (const area of city.areas) {
    const words = TIER_POST[area.tier];
    if (!words) continue;
    const code = area.code;
    const field = area.tier === 'community';
    const isShown = shown.has(code);
    const name = { zh: `${area.name.zh}${words.zh}`, en: `${area.name.en} ${words.en}` };
    const agency = {
      zh: AGENCY_BY_NAME.get(`${area.tier}/${area.name.zh.at(-1)}`) ?? words.agencyZh,
      en: words.agencyEn,
    };
    const role =
      { city: 'commander', district: 'district_officer', street: 'street_officer' }[
        area.tier as 'city'
      ] ?? 'community_worker';
    const login = isShown && area.tier !== 'city' ? LOGIN[area.tier] : undefined;
    const members = [
      hire(
        area.tier === 'city' ? 'commander' : (login ?? `${role.charAt(0)}${code}`),
        role,
        code,
        isShown,
      ),
    ];
    posts.push({
      code: `${field ? 'F' : 'D'}${code}`,
      areaCode: code,
      kind: field ? 'field' : 'dispatch',
      name,
      agency,
      capacity: field ? 40 : 400,
      members,
    });
    if (area.tier === 'city' || area.tier === 'district') {
      posts.push(investigationPost(area, isShown, hire));
    }
  }
  for (const [login, role] of CITY_DESKS) hire(login, role, city.areas[0]?.code ?? '', true);
  // The city's post is staffed by the command centre and the disease-control agency together.
  posts[0]?.members.push('epi');
  return { posts, actors };
}

const LOGIN: Record<string, string> = {
  district: 'district',
  street: 'street',
  community: 'worker',
};
const CITY_DESKS = [
  ['epi', 'epidemiologist'],
  ['reviewer', 'rule_reviewer'],
  ['steward', 'data_steward'],
  ['supervisor', 'supervisor'],
  ['admin', 'administrator'],
  ['dpo', 'data_protection_officer'],
  // A second hand in each agency whose signature an order, a rule or a review may need.
  ['epi2', 'epidemiologist'],
  ['commander2', 'commander'],
  ['dpo2', 'data_protection_officer'],
  ['supervisor2', 'supervisor'],
] as const;

/** The city's agencies by role; who works in a district, street or community answers to its office. */
const UNIT_OF: Record<string, string> = {
  commander: 'hq',
  epidemiologist: 'cdc',
  investigator: 'cdc',
  rule_reviewer: 'health',
  data_steward: 'data',
  supervisor: 'supervision',
  administrator: 'it',
  data_protection_officer: 'dpo',
};
const unitOf = (role: string, areaCode: string): string => {
  const tier = areaCode.endsWith('00000000') ? 'city' : 'district';
  const office = UNIT_OF[role] ?? 'hq';
  if (tier === 'city') return office;
  return `${role === 'investigator' ? 'cdc' : 'district'}:${areaCode.slice(0, 6)}`;
};

function investigationPost(
  area: City['areas'][number],
  isShown: boolean,
  hire: (login: string, role: string, areaCode: string, isShown?: boolean) => string,
): PostImport {
  const inCity = area.tier === 'city';
  return {
    code: `I${area.code}`,
    areaCode: area.code,
    kind: 'investigation',
    name: { zh: `${area.name.zh}流调队`, en: `${area.name.en} investigation team` },
    agency: { zh: inCity ? '市疾控中心' : '区疾控中心', en: inCity ? 'City CDC' : 'District CDC' },
    capacity: 20,
    members: [
      hire(
        isShown && inCity ? 'investigator' : `v1-${area.code}`,
        'investigator',
        area.code,
        isShown && inCity,
      ),
      hire(`v2-${area.code}`, 'investigator', area.code),
    ],
  };
}

/** The areas whose logins are shown: one line of the ladder, down to the most peopled community. */
export function showcase(city: City): Set<string> {
  const largest = (parent: string): string =>
    city.areas
      .filter((a) => a.parent === parent && a.tier !== 'grid')
      .toSorted((a, b) => b.population - a.population)[0]?.code ?? '';
  const top = city.areas[0]?.code ?? '';
  const district = largest(top);
  const street = largest(district);
  return new Set([top, district, street, largest(street)]);
}

/** A member of a watch-list as an import writes it. */
export type ListMember = {
  idType: IdType;
  idNo: string;
  name: string;
  phone: string;
  note: string;
};

/** Members for lists of data/codes/lists.json; the first is who lives abroad and is expected back (one in two hundred). */
export const WATCH_LISTS: readonly { id: string; words: Words; share: number; days: number }[] = [
  {
    id: 'abroad',
    words: { zh: '境外未归人员', en: 'Abroad, not yet returned' },
    share: 0.005,
    days: 365,
  },
  {
    id: 'close-contacts',
    words: { zh: '密切接触者', en: 'Close contacts' },
    share: 0.0008,
    days: 14,
  },
  {
    id: 'home-isolation',
    words: { zh: '居家隔离人员', en: 'In home isolation' },
    share: 0.0005,
    days: 10,
  },
  {
    id: 'key-workers',
    words: { zh: '口岸与冷链从业人员', en: 'Port and cold-chain workers' },
    share: 0.003,
    days: 365,
  },
  {
    id: 'released-cases',
    words: { zh: '出院病例', en: 'Discharged cases' },
    share: 0.0006,
    days: 14,
  },
];

/** Lists whose members behave accordingly in the feeds. */
const OWN: Record<string, (city: City, i: number) => boolean> = {
  abroad: isAbroad,
  'close-contacts': isCloseContact,
  'home-isolation': isIsolated,
};

/** Members of a list, one by one, out of the whole city. */
export function* listMembers(city: City, id: string): Generator<ListMember> {
  const at = WATCH_LISTS.findIndex((list) => list.id === id);
  const list = WATCH_LISTS[at];
  if (!list) return;
  for (let i = 0; i < city.persons; i++) {
    const isIn = OWN[id]?.(city, i) ?? unit(city.seed, 120 + at, i) < list.share;
    if (isIn) yield memberOf(personAt(city, i), list.words.zh);
  }
}

const memberOf = ({ idType, idNo, name, phone }: Person, note: string): ListMember => ({
  idType,
  idNo,
  name,
  phone,
  note,
});
