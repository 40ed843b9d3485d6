import type { City } from '../../tools/city/city.ts';
import { isAbroad, personAt } from '../../tools/city/people/person.ts';
import { personFields } from '../../tools/city/records/row.ts';

/** A row that must raise an alert of its own, and who sends it. */
export type Alarm = { readonly source: string; readonly row: (at: number) => object };

/**
 * `count` alarms of as many persons: those on the abroad register check in at a hotel (rule
 * returnee-at-hotel) while they last, then single cases of cholera are reported (rule case-cholera).
 */
export function alarmsOf(city: City, count: number): Alarm[] {
  const returnees: number[] = [];
  const others: number[] = [];
  const step = Math.max(1, Math.floor(city.persons / (2 * count)));
  for (let i = 0; i < city.persons; i++) {
    if (isAbroad(city, i)) returnees.push(i);
    else if (i % step === 0) others.push(i);
  }
  const placeCodes = (kind: string): string[] =>
    (city.placesOf.get(kind) ?? []).map((at) => city.places[at]?.code ?? '');
  const hotels = placeCodes('hotel');
  const hospitals = placeCodes('general_hospital');
  const alarm = (i: number, isReturnee: boolean): Alarm => {
    const kind = isReturnee ? 'hotel_stay' : 'case_report';
    const places = isReturnee ? hotels : hospitals;
    const what = isReturnee ? {} : { disease: 'cholera', caseClass: 'confirmed', icd10: 'A00.9' };
    const who = personFields(personAt(city, i), kind);
    const placeCode = places[i % places.length];
    return {
      source: isReturnee ? 'hotel' : 'case-cards',
      row: (at) => ({
        id: `BENCH-${i}`,
        kind,
        at: new Date(at).toISOString(),
        ...who,
        ...what,
        placeCode,
      }),
    };
  };
  return [
    ...returnees.slice(0, count).map((i) => alarm(i, true)),
    ...others.slice(0, Math.max(0, count - returnees.length)).map((i) => alarm(i, false)),
  ];
}
