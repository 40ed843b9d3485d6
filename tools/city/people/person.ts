import type { IdType } from '#base/kinds.ts';
import { chanceAt, unit } from '../chance.ts';
import type { City } from '../city.ts';
import { citizenNumber, passportNumber, permitNumber, phoneNumber } from './documents.ts';
import { bodyOf, type Home, homeOf } from './household.ts';
import { foreignName, givenName, surnameAt } from './names.ts';
import { unitFor } from './unit.ts';

/** The year the ages refer to. */
export const CENSUS_YEAR = 2025;

export type Person = {
  readonly index: number;
  readonly home: Home;
  readonly age: number;
  readonly sex: '1' | '2';
  readonly bornOn: string;
  readonly name: string;
  readonly idType: IdType;
  readonly idNo: string;
  readonly phone: string;
  readonly address: string;
  /** Index of the community; −1 for a visitor. */
  readonly community: number;
  /** Grid of residence; '' for a visitor. */
  readonly areaCode: string;
  /** Index of the school or workplace among the places; −1 for none. */
  readonly unit: number;
  readonly unitCode: string;
};

/** Community of person i < persons: people are numbered community by community. */
export function communityOf(city: City, i: number): number {
  let low = 0;
  let high = city.firstOf.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((city.firstOf[middle] ?? 0) <= i) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Person i of the city, out of nothing but the city's seed, its size and i. Indices from
 * `city.persons` on are visitors: they live elsewhere and have no area or unit here.
 */
export function personAt(city: City, i: number): Person {
  const home = homeOf(city.seed, i);
  const { age, sex } = bodyOf(city.seed, home, i);
  const year = CENSUS_YEAR - age;
  const chance = chanceAt(city.seed, 53, i);
  const document = citizenNumber(i, year, sex);
  const rare = chance.next();
  const idType: IdType = rare < 0.003 ? 'passport' : rare < 0.0045 ? 'hkmo' : 'citizen';
  const visitor = i >= city.persons;
  const community = visitor ? -1 : communityOf(city, i);
  const place = visitor ? elsewhere(i) : addressOf(city, home, community);
  const unit = visitor ? -1 : unitFor(city, i, home, age, community);
  return {
    index: i,
    home,
    age,
    sex,
    bornOn: document.bornOn,
    name: idType === 'passport' ? foreignName(chance) : nameOf(city.seed, home, sex, year, i),
    idType,
    idNo:
      idType === 'citizen'
        ? document.idNo
        : idType === 'passport'
          ? passportNumber(i)
          : permitNumber(i),
    phone: phoneNumber(age < 10 ? home.first : i),
    address: place.address,
    community,
    areaCode: place.areaCode,
    unit,
    unitCode: unit < 0 ? '' : (city.places[unit]?.code ?? ''),
  };
}

/** Children carry the first member's surname, wives and elders their own. */
function nameOf(seed: number, home: Home, sex: '1' | '2', year: number, i: number): string {
  const own = home.role === 1 || (home.role > 1 && year < 1970);
  const surname = surnameAt(unit(seed, 54, own ? i : home.first));
  return surname + givenName(sex, year, chanceAt(seed, 55, i));
}

function addressOf(
  city: City,
  home: Home,
  community: number,
): { address: string; areaCode: string } {
  const c = city.communities[community];
  if (!c) return { address: '', areaCode: '' };
  const chance = chanceAt(city.seed, 56, home.first);
  const grid = chance.pick(c.grids);
  const room = `${1 + chance.below(18)}${String(1 + chance.below(4)).padStart(2, '0')}`;
  const door = `${1 + chance.below(60)}号${1 + chance.below(12)}栋${1 + chance.below(3)}单元${room}室`;
  return { address: `${c.address}${door}`, areaCode: grid };
}

const FAR = ['云津市', '白鹭市', '海屏市', '朔安市', '澜溪市', '平川市'];
const elsewhere = (i: number): { address: string; areaCode: string } => ({
  address: `${FAR[i % FAR.length]}城关区和平路${1 + (i % 300)}号`,
  areaCode: '',
});

/** One in two hundred residents lives abroad for now and leaves no trace here until the return. */
export const isAbroad = (city: City, i: number): boolean => unit(city.seed, 57, i) < 0.005;
