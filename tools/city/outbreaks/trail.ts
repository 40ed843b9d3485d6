import type { KindName } from '#base/kinds.ts';
import { CITY_OFFSET, DAY, dayOf, HOUR, isoOf, MINUTE } from '#base/time.ts';
import { type Chance, chanceAt } from '../chance.ts';
import type { City } from '../city.ts';
import { type Person, personAt } from '../people/person.ts';
import { dayNumber, isSchoolDay } from '../records/calendar.ts';
import { classNameOf, isWest, placeOf } from '../records/draw.ts';
import { type Arrival, personFields, type Row, rowId } from '../records/row.ts';
import { sourceOf } from '../records/sources.ts';
import { ILLNESSES, type Illness, SCENARIOS, type Scenario } from './diseases.ts';
import { type Infection, rollsOf, spread } from './spread.ts';

/** What a case leaves behind in the sources, with the truth about it. */
export type Truth = {
  readonly scenario: string;
  readonly disease: string;
  readonly person: number;
  readonly idNo: string;
  readonly areaCode: string;
  readonly by: number | null;
  readonly setting: string;
  readonly placeCode: string | null;
  readonly infectedAt: number;
  readonly onsetAt: number;
  readonly symptomatic: boolean;
  /** Ids of rows; where they travel as HL7 the intake adds `/A04`, `/A01` or `/1/F` (hl7/write.ts). */
  readonly records: readonly { source: string; id: string }[];
};

export type Outbreaks = {
  readonly truths: readonly Truth[];
  readonly arrivals: readonly Arrival[];
  /** Ill people of a district by day and pathogen, for the sewer to show. */
  readonly shedding: (district: number, day: number, pathogen: string) => number;
};

/** Runs the scenarios up to the end of a day. The truth is for scoring and is never fed. */
export function runOutbreaks(
  city: City,
  toDay: string,
  scenarios: readonly Scenario[] = SCENARIOS,
): Outbreaks {
  const until = (dayNumber(toDay) + 1) * DAY - CITY_OFFSET;
  const rolls = rollsOf(city);
  const truths: Truth[] = [];
  const arrivals: Arrival[] = [];
  const ill = new Map<string, number>();
  for (const scenario of scenarios) {
    const illness = ILLNESSES[scenario.illness];
    if (!illness) continue;
    for (const infection of spread(city, rolls, scenario, until)) {
      const person = personAt(city, infection.person);
      const trail = trailOf(city, person, infection, illness, scenario);
      arrivals.push(...trail);
      truths.push(truthOf(city, person, infection, trail));
      shed(ill, city, person, infection, illness);
    }
  }
  const shedding = (district: number, day: number, pathogen: string): number =>
    ill.get(`${district}/${day}/${pathogen}`) ?? 0;
  return { truths, arrivals, shedding };
}

function shed(
  ill: Map<string, number>,
  city: City,
  person: Person,
  infection: Infection,
  illness: Illness,
): void {
  const district = city.communities[person.community]?.district ?? 0;
  const first = dayNumber(dayOf(infection.onsetAt));
  for (let day = first; day < first + 7; day++) {
    const key = `${district}/${day}/${illness.pathogen}`;
    ill.set(key, (ill.get(key) ?? 0) + 1);
  }
}

const truthOf = (
  city: City,
  person: Person,
  infection: Infection,
  trail: readonly Arrival[],
): Truth => ({
  scenario: infection.scenario,
  disease: infection.disease,
  person: person.index,
  idNo: person.idNo,
  areaCode: person.areaCode,
  by: infection.by,
  setting: infection.setting,
  placeCode: city.places[infection.place]?.code ?? null,
  infectedAt: infection.at,
  onsetAt: infection.onsetAt,
  symptomatic: infection.symptomatic,
  records: trail.map((a) => ({ source: a.source, id: a.row.id })),
});

type Trace = (kind: KindName, at: number, delay: number, columns: Partial<Row>) => void;

/** The rows of one case, with the delays sources have. Numbers 5 and 6 keep clear of usual rows. */
function trailOf(
  city: City,
  person: Person,
  infection: Infection,
  illness: Illness,
  scenario: Scenario,
): Arrival[] {
  const out: Arrival[] = [];
  const chance = chanceAt(city.seed, 102, person.index);
  const trace: Trace = (kind, at, delay, columns) => {
    const day = dayNumber(dayOf(at));
    const number = out.some((a) => a.kind === kind) ? 6 : 5;
    const row: Row = {
      id: rowId(kind, day, person.index, number),
      kind,
      at: isoOf(at),
      ...personFields(person, kind),
      ...columns,
    };
    out.push({
      source: sourceOf(kind, isWest(row.placeCode)),
      at: at + delay,
      happenedAt: at,
      kind,
      row,
    });
  };
  if (scenario.begin === 'import' && infection.by === null)
    arrivalFromAbroad(city, infection, trace);
  if (!infection.symptomatic) {
    if (chance.next() < 0.15)
      testSomebody(city, person, illness, infection.onsetAt + DAY, chance, trace);
    return out;
  }
  dailyLife(city, person, illness, infection.onsetAt, chance, trace);
  if (chance.next() < illness.seek.visit)
    seeDoctor(city, person, illness, infection.onsetAt, chance, trace);
  return out;
}

function arrivalFromAbroad(city: City, infection: Infection, trace: Trace): void {
  const port = city.placesOf.get('border_port')?.[0] ?? -1;
  trace('border_entry', infection.at + 20 * HOUR, 15 * MINUTE, {
    placeCode: city.places[port]?.code ?? '',
    fromCity: 'THA',
    transportNo: 'JZ612',
    seat: '14C',
    temperature: 36.7,
  });
}

const heat = (illness: Illness, chance: Chance): number =>
  chance.next() < illness.fever
    ? Number((38 + Math.abs(chance.normal(0.5, 0.5))).toFixed(1))
    : Number((36.8 + 0.4 * chance.next()).toFixed(1));

/** The hour of day somebody would do a thing, on or after an instant. */
const awake = (at: number, chance: Chance): number => {
  const day = Math.floor((at + CITY_OFFSET) / DAY) * DAY - CITY_OFFSET;
  const hour = 8 + 11 * chance.next();
  const wanted = Math.round(day + hour * HOUR);
  return wanted < at ? wanted + DAY : wanted;
};

function dailyLife(
  city: City,
  person: Person,
  illness: Illness,
  onset: number,
  chance: Chance,
  trace: Trace,
): void {
  if (chance.next() < illness.seek.drug) {
    const shop = placeOf(city, 'pharmacy_chain_store', person, chance.next());
    trace('pharmacy_sale', awake(onset, chance), 40 * MINUTE, {
      placeCode: city.places[shop]?.code ?? '',
      drugClass: illness.drug,
      quantity: 1 + chance.below(2),
      temperature: heat(illness, chance),
      reason: illness.absence === 'rash' ? 'fever' : illness.absence,
    });
  }
  if (chance.next() < 0.4) {
    const { cough = 0, diarrhoea = 0, rash = 0 } = illness.marks;
    trace('check_in', awake(onset, chance), 10_000, {
      temperature: heat(illness, chance),
      cough,
      diarrhoea,
      rash,
      contact: 0,
    });
  }
  const school = person.age >= 3 && person.age < 18 ? city.places[person.unit] : undefined;
  if (!school) return;
  const first = dayNumber(dayOf(onset + 10 * HOUR));
  const days = [first, first + 1, first + 2, first + 3].filter(isSchoolDay).slice(0, 2);
  for (const day of days) {
    const at = day * DAY - CITY_OFFSET + Math.round((8 + 0.8 * chance.next()) * HOUR);
    trace('school_absence', at, 95 * MINUTE, {
      placeCode: school.code,
      reason: illness.absence,
      className: classNameOf(city, person),
      temperature: heat(illness, chance),
      ...(illness.marks.diarrhoea ? { diarrhoea: 1 } : {}),
      ...(illness.marks.rash ? { rash: 1 } : {}),
    });
  }
}

function seeDoctor(
  city: City,
  person: Person,
  illness: Illness,
  onset: number,
  chance: Chance,
  trace: Trace,
): void {
  const kind = chance.next() < 0.5 ? 'general_hospital' : 'fever_clinic';
  const hospital = city.places[placeOf(city, kind, person, chance.next())]?.code ?? '';
  const at = awake(onset + chance.next() ** 1.5 * 2.5 * DAY, chance);
  const seen = {
    placeCode: hospital,
    department: illness.department,
    temperature: heat(illness, chance),
    complaint: illness.complaint,
    onsetOn: dayOf(onset),
  };
  const first = illness.marks.rash ? 'R21' : illness.marks.diarrhoea ? 'A09' : 'R50.9';
  trace('clinic_visit', at, 4 * MINUTE, { ...seen, icd10: first, ...illness.marks });
  if (chance.next() < illness.seek.test)
    testSomebody(city, person, illness, at, chance, trace, hospital);
  if (chance.next() < illness.seek.admit) {
    trace('admission', at + 6 * HOUR, 6 * MINUTE, { ...seen, icd10: illness.icd10 });
  }
}

/** A specimen, its result within a day, and the report card the law asks for (传染病防治法 2025 Art 45). */
function testSomebody(
  city: City,
  person: Person,
  illness: Illness,
  at: number,
  chance: Chance,
  trace: Trace,
  hospital?: string,
): void {
  const place =
    hospital ?? city.places[placeOf(city, 'sampling_point', person, chance.next())]?.code ?? '';
  const done = at + Math.round((4 + 18 * chance.next()) * HOUR);
  const positive = chance.next() < 0.93;
  trace('lab_result', done, 20 * MINUTE, {
    placeCode: place,
    testCode: illness.testCode,
    result: positive ? 'positive' : 'negative',
    pathogen: illness.pathogen,
  });
  if (!positive || chance.next() > 0.9) return;
  const card = done + Math.round((0.5 + 14 * chance.next()) * HOUR);
  trace('case_report', card, 30 * MINUTE, {
    placeCode: place,
    disease: illness.disease,
    caseClass: 'confirmed',
    onsetOn: dayOf(at),
    icd10: illness.icd10,
  });
}
