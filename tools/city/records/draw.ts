import { CODES, KIND_NAMES, type KindName } from '#base/kinds.ts';
import { DAY, dayOf, isoOf } from '#base/time.ts';
import { type Chance, unit } from '../chance.ts';
import type { City } from '../city.ts';
import { type Person, personAt } from '../people/person.ts';
import { CLINICS } from '../places/kinds.ts';
import {
  CALLS,
  DRUGS,
  HOTLINE,
  ORIGINS,
  pickShared,
  SYNDROMES,
  TESTS,
  USUAL_CASES,
} from './codes.ts';
import { type Arrival, personFields, type Row, rowId } from './row.ts';
import { sourceOf } from './sources.ts';
import { NUMBER, timesOf } from './stubs.ts';

/** A place of a kind: near the person's home in seven of ten cases. Index into the places, or −1. */
export function placeOf(city: City, kind: string, person: Person, u: number): number {
  const all = city.placesOf.get(kind) ?? [];
  const home = city.communities[person.community];
  const near =
    city.schools.get(`${kind}/${home?.street}`) ?? city.schools.get(`${kind}/d${home?.district}`);
  const list = near && u < 0.7 ? near : all;
  return list.length === 0 ? -1 : (list[Math.floor(u * 9973) % list.length] ?? -1);
}

const round = (x: number, digits = 1): number => Number(x.toFixed(digits));
const well = (chance: Chance): number => round(36.5 + 0.35 * chance.normal(0, 1));
const feverish = (chance: Chance): number =>
  round(Math.min(40.6, 37.6 + Math.abs(chance.normal(0.8, 0.5))));

type Draw = (city: City, person: Person, chance: Chance, at: number) => Partial<Row> | undefined;

const trip =
  (letter: string, placeKind: string, abroad: boolean): Draw =>
  (city, _person, chance) => {
    const origin = pickShared(
      ORIGINS.filter((o) => abroad || !o.abroad),
      chance.next(),
    );
    const place = city.placesOf.get(placeKind)?.[0];
    return {
      ...(place === undefined ? {} : { placeCode: city.places[place]?.code }),
      fromCity: origin.code,
      toCity: '990100',
      transportNo: `${letter}${100 + chance.below(letter === 'G' ? 140 : 60)}`,
      ...(letter === 'G' ? { carriage: String(1 + chance.below(16)).padStart(2, '0') } : {}),
      seat: `${1 + chance.below(20)}${chance.pick(['A', 'B', 'C', 'D', 'F'])}`,
    };
  };

const atPlace = (city: City, kind: string, person: Person, chance: Chance): Partial<Row> => {
  const place = placeOf(city, kind, person, chance.next());
  return place < 0 ? {} : { placeCode: city.places[place]?.code ?? '' };
};

const visit: Draw = (city, person, chance, at) => {
  const drawn = pickShared(SYNDROMES, chance.next());
  const syndrome = drawn.id === 'chronic' && person.age < 30 ? (SYNDROMES[4] ?? drawn) : drawn;
  const kind = clinicFor(person, syndrome.id, chance);
  const fever = chance.next() < syndrome.fever;
  const ill = syndrome.fever > 0;
  return {
    ...atPlace(city, kind, person, chance),
    department: fever && chance.next() < 0.6 ? 'fever' : chance.pick(syndrome.departments),
    temperature: fever ? feverish(chance) : well(chance),
    complaint: chance.pick(syndrome.complaints),
    icd10: chance.pick(syndrome.icd10),
    ...(ill ? { onsetOn: dayOf(at - chance.below(4) * DAY) } : {}),
    ...Object.fromEntries(syndrome.marks.map((mark) => [mark, 1])),
  };
};

function clinicFor(person: Person, syndrome: string, chance: Chance): string {
  const u = chance.next();
  if (person.age < 14 && u < 0.4) return 'childrens_hospital';
  return syndrome === 'respiratory' && u > 0.9 ? 'infectious_hospital' : chance.pick(CLINICS);
}

const DRAWS: Record<KindName, Draw> = {
  resident_entry: () => ({}),
  clinic_visit: visit,
  admission: (city, person, chance, at) => ({
    ...atPlace(city, 'general_hospital', person, chance),
    department: chance.next() < 0.02 ? 'icu' : chance.pick(['general', 'respiratory', 'surgery']),
    temperature: chance.next() < 0.2 ? feverish(chance) : well(chance),
    complaint: chance.pick(['胸闷气促', '肺部感染', '择期手术', '脑梗后遗症']),
    icd10: chance.pick(['I50.9', 'J18.9', 'K80.2', 'I63.9', 'J44.1']),
    onsetOn: dayOf(at - chance.below(6) * DAY),
  }),
  lab_result: (city, person, chance) => {
    const test = pickShared(TESTS, chance.next());
    const positive = chance.next() < test.positive;
    return {
      ...atPlace(city, chance.pick(CLINICS), person, chance),
      testCode: test.code,
      ...(test.pathogen === ''
        ? { value: round(4 + 6 * chance.next()) }
        : { result: CODES.result[positive ? 0 : 1], pathogen: test.pathogen }),
    };
  },
  case_report: (city, person, chance, at) => {
    const usual = pickShared(USUAL_CASES, chance.next());
    return {
      ...atPlace(city, 'general_hospital', person, chance),
      disease: usual.disease,
      caseClass: chance.pick(CODES.caseClass.slice(0, 3)),
      onsetOn: dayOf(at - (1 + chance.below(4)) * DAY),
      icd10: usual.icd10,
    };
  },
  pharmacy_sale: (city, person, chance) => {
    const drug = pickShared(DRUGS, chance.next());
    const shop = chance.next() < 0.6 ? 'pharmacy_chain_store' : 'pharmacy';
    return {
      ...atPlace(city, shop, person, chance),
      drugClass: drug.code,
      quantity: 1 + chance.below(3),
      temperature: chance.next() < 0.06 ? feverish(chance) : well(chance),
      reason: drug.reason,
    };
  },
  rail_trip: trip('G', 'railway_station', false),
  air_trip: trip('JZ', 'airport', false),
  coach_trip: trip('K', 'coach_station', false),
  border_entry: (city, person, chance, at) => {
    const origin = pickShared(
      ORIGINS.filter((o) => o.abroad),
      chance.next(),
    );
    const { toCity: _, ...flight } =
      trip('JZ', 'border_port', true)(city, person, chance, at) ?? {};
    return { ...flight, fromCity: origin.code, temperature: well(chance) };
  },
  hotel_stay: (city, person, chance) => ({
    ...atPlace(city, 'hotel', person, chance),
    fromCity: pickShared(
      ORIGINS.filter((o) => !o.abroad),
      chance.next(),
    ).code,
    nights: 1 + chance.below(4),
  }),
  checkpoint_scan: (city, person, chance) => ({
    ...atPlace(city, chance.next() < 0.75 ? 'community_gate' : 'checkpoint', person, chance),
    temperature: chance.next() < 0.003 ? feverish(chance) : well(chance),
    passColour: chance.next() < 0.997 ? 'green' : 'yellow',
  }),
  school_absence: (city, person, chance) => {
    const school = city.places[person.unit];
    if (!school || person.age > 17) return undefined;
    const reason = chance.pick(['fever', 'cough', 'cough', 'vomiting', 'injury', 'other', 'other']);
    return {
      placeCode: school.code,
      reason,
      className: classNameOf(city, person),
      temperature: reason === 'fever' ? feverish(chance) : well(chance),
      ...(reason === 'vomiting' && chance.next() < 0.5 ? { diarrhoea: 1 } : {}),
    };
  },
  check_in: (_city, _person, chance) => ({
    temperature: chance.next() < 0.004 ? feverish(chance) : well(chance),
    cough: chance.next() < 0.02 ? 1 : 0,
    diarrhoea: chance.next() < 0.006 ? 1 : 0,
    rash: chance.next() < 0.002 ? 1 : 0,
    contact: chance.next() < 0.001 ? 1 : 0,
  }),
  ambulance_call: (_city, _person, chance) => {
    const { category, complaint } = pickShared(CALLS, chance.next());
    return { category, complaint };
  },
  hotline_call: (_city, _person, chance) => {
    const { category, note } = pickShared(HOTLINE, chance.next());
    return { category, note };
  },
  wastewater: () => undefined,
  // The drawn city has no feed of these two.
  diagnosis: () => undefined,
  immunization: () => undefined,
};

/** 「三年级2班」: by age, and a class that stays the same. */
export function classNameOf(city: City, person: Person): string {
  const form = 1 + Math.floor(unit(city.seed, 94, person.index) * 4);
  const grade = person.age < 6 ? ['小', '小', '小', '小', '中', '大'][person.age] : undefined;
  if (grade) return `${grade}班${form}`;
  const school = person.age < 12 ? '小学' : person.age < 15 ? '初中' : '高中';
  const year =
    person.age < 12 ? person.age - 5 : person.age < 15 ? person.age - 11 : person.age - 14;
  return `${school}${'一二三四五六'.charAt(year - 1)}年级${form}班`;
}

/** The row a stub stands for; undefined when it comes to nothing (a pupil without a school). */
export function drawRow(
  city: City,
  kindIndex: number,
  index: number,
  day: number,
  number: number,
): Arrival | undefined {
  const kind = KIND_NAMES[kindIndex] ?? 'check_in';
  const { at, arrival, chance } = timesOf(city.seed, kind, index, day, number);
  const person = personAt(city, index);
  const own = DRAWS[kind](city, person, chance, at);
  const plain = number & (NUMBER.ordinal | NUMBER.follow);
  if (!own) return undefined;
  const row: Row = {
    id: rowId(kind, day, index, plain),
    kind,
    at: isoOf(at),
    ...personFields(person, kind),
    ...own,
  };
  return { source: sourceOf(kind, isWest(row.placeCode)), at: arrival, happenedAt: at, kind, row };
}

/** Odd places speak to the western hub, even ones to the eastern. */
export const isWest = (placeCode: string | number | undefined): boolean =>
  String(placeCode ?? '').charCodeAt(8) % 2 === 1;
