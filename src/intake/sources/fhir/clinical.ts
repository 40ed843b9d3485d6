import { Draft, fault } from '../decode/document.ts';
import {
  celsiusOf,
  codingOf,
  departmentOf,
  diseaseOf,
  isIcd10,
  TEMPERATURE_CODES,
} from '../decode/terms.ts';
import {
  placesOfDocument,
  putIdentity,
  putPerson,
  putPlace,
  putTime,
  type Shared,
} from './common.ts';
import { codingsOf, type Cursor, wordsOf } from './cursor.ts';
import type { Resource } from './document.ts';

/** What other resources say about a visit. */
export type VisitFacts = {
  temperature?: { readonly value: number; readonly path: string };
  complaint?: { readonly text: string; readonly path: string };
  icd10?: { readonly code: string; readonly path: string };
};

const NOT_CELSIUS = (path: string) =>
  fault(
    path,
    'unit',
    '体温的单位应为 Cel 或 [degF]，数值应为数字。',
    'A temperature is a number in Cel or [degF].',
    { allowed: 'Cel, [degF]' },
  );

const INPATIENT = /^(IMP|ACUTE|NONAC|inpatient)$/;

function textsAbout(at: Cursor): string[] {
  const concepts = [at.get('serviceType'), at.get('type'), at.get('class')];
  const coded = concepts.flatMap((it) => [
    ...codingsOf(it).flatMap((one) => [one.display, one.code]),
    wordsOf(it),
  ]);
  const seen = at
    .get('location')
    .list()
    .map((it) => it.get('location').get('display').text());
  const isEmergency = /^(EMER|emergency)$/.test(at.get('class').get('code').text());
  return [isEmergency ? 'EMER' : '', ...coded, ...seen].filter((it) => it !== '');
}

/** The visit or admission of an Encounter. */
export function visitRow(shared: Shared, from: Resource, facts: VisitFacts): Draft {
  const { at } = from;
  const isInpatient = INPATIENT.test(at.get('class').get('code').text());
  const draft = new Draft(isInpatient ? 'admission' : 'clinic_visit', at.path);
  putIdentity(draft, from);
  putTime(draft, at.get('period').get('start'));
  putPerson(shared, draft, from);
  draft.put('department', departmentOf(textsAbout(at)), at.get('serviceType').path);
  const { temperature } = facts;
  if (temperature && Number.isNaN(temperature.value))
    draft.faults.push(NOT_CELSIUS(temperature.path));
  draft.put('temperature', temperature?.value, temperature?.path ?? '');
  const reason = at.any('reasonCode', 'reason');
  draft.put('complaint', wordsOf(reason), reason.path);
  draft.put('complaint', facts.complaint?.text, facts.complaint?.path ?? '');
  const own = codingOf(codingsOf(reason), 'icd10');
  draft.put('icd10', facts.icd10?.code, facts.icd10?.path ?? '');
  draft.put('icd10', own?.code, own?.path ?? '');
  const locations = at
    .get('location')
    .list()
    .map((it) => [it.get('location'), from] as const);
  putPlace(shared, draft, [
    [at.get('serviceProvider'), from],
    ...locations,
    ...placesOfDocument(shared),
  ]);
  return draft;
}

/** ICD-10 of a concept, also where the sender named a system of his own for it. */
export function icd10Of(concept: Cursor): { code: string; path: string } | undefined {
  const codings = codingsOf(concept);
  return codingOf(codings, 'icd10') ?? codings.find((it) => isIcd10(it.code));
}

const CASE_CLASS: Record<string, string> = {
  confirmed: 'confirmed',
  provisional: 'suspected',
  differential: 'suspected',
  unconfirmed: 'suspected',
};

/** A Condition: a case report card when the document is a case report and the disease notifiable. */
export function diagnosisRow(shared: Shared, from: Resource, isCaseReport: boolean): Draft {
  const { at } = from;
  const concept = at.get('code');
  const icd10 = icd10Of(concept);
  const snomed = codingOf(codingsOf(concept), 'snomed');
  const disease = diseaseOf(icd10?.code ?? '', snomed?.code ?? '');
  const isCard = isCaseReport && disease !== '';
  const draft = new Draft(isCard ? 'case_report' : 'diagnosis', at.path);
  putIdentity(draft, from);
  const encounter = shared.doc.resolve(at.any('encounter', 'context'), from);
  const onset = [at.get('onsetDateTime'), at.get('onsetPeriod').get('start')];
  const composition = shared.doc.only('Composition');
  putTime(
    draft,
    at.get('recordedDate'),
    at.get('assertedDate'),
    ...(isCaseReport && composition ? [composition.at.get('date')] : []),
    ...(encounter ? [encounter.at.get('period').get('start')] : []),
    ...onset,
    ...(composition ? [composition.at.get('date')] : []),
  );
  for (const it of onset) draft.put('onsetOn', it.text().slice(0, 10), it.path);
  putPerson(shared, draft, from);
  draft.put('icd10', icd10?.code, icd10?.path ?? concept.path);
  draft.put('snomed', snomed?.code, snomed?.path ?? concept.path);
  draft.put('disease', disease, (icd10 ?? snomed)?.path ?? concept.path);
  const verified = codingsOf(at.get('verificationStatus'))[0];
  const caseClass = CASE_CLASS[verified?.code ?? ''] ?? (isCard ? 'suspected' : '');
  draft.put('caseClass', caseClass, verified?.path ?? at.get('verificationStatus').path);
  draft.put('note', wordsOf(concept), concept.path);
  putPlace(shared, draft, [
    ...(encounter ? ([[encounter.at.get('serviceProvider'), encounter]] as const) : []),
    ...placesOfDocument(shared),
  ]);
  return draft;
}

/** A condition a health department found reportable (RR): the Observation whose value it is. */
export function reportableRow(shared: Shared, from: Resource): Draft {
  const { at } = from;
  const draft = new Draft('diagnosis', at.path);
  const value = at.get('valueCodeableConcept');
  const composition = shared.doc.only('Composition');
  putIdentity(draft, from);
  putTime(
    draft,
    at.get('effectiveDateTime'),
    at.get('issued'),
    ...(composition ? [composition.at.get('date')] : []),
  );
  putPerson(shared, draft, from);
  const snomed = codingOf(codingsOf(value), 'snomed');
  draft.put('snomed', snomed?.code, snomed?.path ?? value.path);
  draft.put('disease', diseaseOf('', snomed?.code ?? ''), snomed?.path ?? value.path);
  draft.put('note', `RR: ${wordsOf(value)}`, value.path);
  putPlace(shared, draft, placesOfDocument(shared));
  return draft;
}

/** A vaccination given. */
export function immunizationRow(shared: Shared, from: Resource): Draft {
  const { at } = from;
  const draft = new Draft('immunization', at.path);
  putIdentity(draft, from);
  putTime(draft, at.get('occurrenceDateTime'), at.get('date'), at.get('recorded'));
  putPerson(shared, draft, from);
  const codings = codingsOf(at.get('vaccineCode'));
  const coding = codingOf(codings, 'cvx') ?? codings.find((it) => it.code !== '');
  draft.expect('category', `${at.path}.vaccineCode.coding`);
  draft.put('category', coding?.code, coding?.path ?? '');
  draft.put('note', wordsOf(at.get('vaccineCode')), at.get('vaccineCode').path);
  draft.put('lotNo', at.get('lotNumber').text(), at.get('lotNumber').path);
  const dose = at.get('protocolApplied').first().get('doseNumberPositiveInt');
  draft.put('quantity', dose.number(), dose.path);
  const encounter = shared.doc.resolve(at.get('encounter'), from);
  putPlace(shared, draft, [
    [at.get('location'), from],
    ...(encounter ? ([[encounter.at.get('serviceProvider'), encounter]] as const) : []),
    [at.get('performer').first().get('actor'), from],
    ...placesOfDocument(shared),
  ]);
  return draft;
}

/** A Patient no other row speaks of: an entry of the register. */
export function residentRow(shared: Shared, from: Resource): Draft {
  const { at } = from;
  const draft = new Draft('resident_entry', at.path);
  putIdentity(draft, from);
  const composition = shared.doc.only('Composition');
  const updated = at.get('meta').get('lastUpdated');
  const { timestamp } = shared.doc;
  const told = composition ? [composition.at.get('date')] : [];
  putTime(draft, updated, ...told, ...(timestamp ? [timestamp] : []));
  putPerson(shared, draft, from);
  putPlace(shared, draft, [[at.get('managingOrganization'), from]]);
  return draft;
}

/** A body temperature in degrees Celsius, when the Observation is one. */
export function temperatureOf(at: Cursor): { value: number; path: string } | undefined {
  if (!codingsOf(at.get('code')).some((it) => TEMPERATURE_CODES.has(it.code))) return undefined;
  const quantity = at.get('valueQuantity');
  const value = celsiusOf(quantity.get('value').number(), quantity.any('code', 'unit').text());
  return { value, path: quantity.get('value').path };
}
