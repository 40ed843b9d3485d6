import { Draft, fault, shownCode } from '../decode/document.ts';
import { codingOf, pathogenOf, resultOf } from '../decode/terms.ts';
import {
  putIdentity,
  putPerson,
  putPlace,
  placesOfDocument,
  putTime,
  type Shared,
} from './common.ts';
import { codingsOf, type Cursor, wordsOf } from './cursor.ts';
import type { Resource } from './document.ts';

const NO_CODE = (path: string) =>
  fault(
    path,
    'no-code',
    '缺少检验项目代码（LOINC 或院内代码）。',
    'The test has no code (LOINC or your own).',
  );
const NO_VALUE = (path: string) =>
  fault(
    path,
    'no-value',
    '没有结果值，也没有说明缺失原因（dataAbsentReason）。',
    'There is no value and no dataAbsentReason.',
  );
const NOT_NUMBER = (path: string) =>
  fault(path, 'type', '测量值应为数字。', 'The value should be a number.', { allowed: 'decimal' });
const NO_RESULTS = (path: string) =>
  fault(
    path,
    'no-results',
    '报告既没有结果也没有结论；结果应在同一份文档中。',
    'The report has neither results nor a conclusion; its results belong in the same document.',
  );

function putCode(draft: Draft, concept: Cursor): void {
  const codings = codingsOf(concept);
  const coding = codingOf(codings, 'loinc') ?? codings.find((it) => it.code !== '');
  draft.expect('testCode', `${concept.path}.coding`);
  if (!coding) {
    draft.faults.push(NO_CODE(`${concept.path}.coding`));
    return;
  }
  draft.put('testCode', coding.code, coding.path);
  draft.put('pathogen', pathogenOf(coding.code), coding.path);
  draft.put('testName', wordsOf(concept), concept.path);
}

function putQuantity(draft: Draft, quantity: Cursor): void {
  const value = quantity.get('value');
  if (value.isThere && Number.isNaN(value.number())) draft.faults.push(NOT_NUMBER(value.path));
  draft.put('value', value.number(), value.path);
  const unit = quantity.any('code', 'unit');
  draft.put('unit', unit.text(), unit.path);
  draft.put('comparator', quantity.get('comparator').text(), quantity.get('comparator').path);
}

/** value[x] of an Observation or of one of its components. True when it says something. */
function putValue(draft: Draft, at: Cursor): boolean {
  const quantity = at.get('valueQuantity');
  if (quantity.isThere) putQuantity(draft, quantity);
  const concept = at.get('valueCodeableConcept');
  for (const coding of codingsOf(concept))
    draft.put('result', resultOf(coding.code, coding.display), coding.path);
  draft.put('result', resultOf('', wordsOf(concept)), concept.path);
  draft.put('note', wordsOf(concept) || codingsOf(concept)[0]?.code, concept.path);
  const text = at.any('valueString', 'valueInteger', 'valueBoolean', 'valueDateTime', 'valueTime');
  if (text.isThere) {
    const isNumber = !Number.isNaN(text.number());
    draft.put(
      isNumber ? 'value' : 'result',
      isNumber ? text.number() : resultOf('', text.text()),
      text.path,
    );
    if (!isNumber) draft.put('note', text.text().replaceAll(/<[^>]*>/g, ' '), text.path);
  }
  for (const coding of codingsOf(at.get('interpretation')))
    draft.put('result', resultOf(coding.code, ''), coding.path);
  const absent = at.get('dataAbsentReason');
  if (absent.isThere) draft.put('note', wordsOf(absent) || 'data absent', absent.path);
  const others = ['valueRange', 'valueRatio', 'valueSampledData', 'valuePeriod'];
  const isOther = others.some((it) => at.get(it).isThere);
  return (
    isOther ||
    absent.isThere ||
    quantity.get('value').isThere ||
    ['value', 'result', 'note'].some((it) => it in draft.fields)
  );
}

/** Report and order an Observation belongs to, and where its times and places come from. */
export type LabContext = { readonly report: Resource | undefined };

function putSpecimen(shared: Shared, draft: Draft, from: Resource): void {
  const specimen = shared.doc.resolve(from.at.get('specimen').first(), from);
  if (!specimen) return;
  shared.used.add(specimen);
  const type = specimen.at.get('type');
  draft.put('specimen', codingsOf(type)[0]?.code || wordsOf(type), type.path);
  const collected = specimen.at.get('collection').any('collectedDateTime', 'collectedPeriod');
  draft.put('collectedAt', collected.text() || collected.get('start').text(), collected.path);
}

function fill(shared: Shared, draft: Draft, from: Resource, { report }: LabContext): Draft {
  putIdentity(draft, from);
  // A corrected report corrects its results, whatever they say of themselves.
  if (report && /^(amended|corrected|appended)$/.test(report.at.get('status').text()))
    draft
      .put('status', 'corrected', report.at.get('status').path)
      .put('replaces', from.id && `${from.type}/${from.id}`, from.at.path);
  const { at } = from;
  const own = [at.get('effectiveDateTime'), at.get('effectivePeriod').get('start')];
  const given = report?.at;
  const times = given
    ? [
        given.get('effectiveDateTime'),
        given.get('effectivePeriod').get('start'),
        given.get('issued'),
      ]
    : [];
  putTime(draft, ...own, at.get('effectiveInstant'), at.get('issued'), ...times);
  draft.put('reportedAt', (given ?? at).get('issued').text(), (given ?? at).get('issued').path);
  putPerson(shared, draft, from);
  for (const it of report ? [from, report] : [from]) {
    putSpecimen(shared, draft, it);
    const order = it.at.get('basedOn').first();
    draft.put('orderNo', order.get('reference').text(), order.path);
  }
  if (given) {
    const number = given.get('identifier').first().get('value');
    draft.put('reportNo', number.text(), number.path);
    draft.put('orderCode', codingsOf(given.get('code'))[0]?.code, given.get('code').path);
  }
  const encounter = shared.doc.resolve(at.get('encounter'), from);
  putPlace(shared, draft, [
    ...(encounter ? ([[encounter.at.get('serviceProvider'), encounter]] as const) : []),
    ...(report ? ([[report.at.get('performer').first(), report]] as const) : []),
    [at.get('performer').first(), from],
    ...placesOfDocument(shared),
  ]);
  return draft;
}

/** Rows of an Observation that is a laboratory's: one, or one per component. */
export function labRows(shared: Shared, from: Resource, context: LabContext): Draft[] {
  const { at } = from;
  const components = at.get('component').list();
  const rows: Draft[] = [];
  const whole = new Draft('lab_result', at.path);
  const hasValue = putValue(whole, at);
  const hasMembers = at.get('hasMember').list().length > 0;
  if (hasValue || (components.length === 0 && !hasMembers)) {
    putCode(whole, at.get('code'));
    if (!hasValue) whole.faults.push(NO_VALUE(`${at.path}.value[x]`));
    rows.push(fill(shared, whole, from, context));
  }
  for (const component of components) {
    const draft = new Draft('lab_result', component.path);
    putCode(draft, component.get('code'));
    if (!putValue(draft, component)) draft.faults.push(NO_VALUE(`${component.path}.value[x]`));
    rows.push(fill(shared, draft, from, context));
  }
  return rows;
}

/** The one row of a DiagnosticReport whose results are nowhere in the document. */
export function reportRow(shared: Shared, from: Resource): Draft {
  const draft = new Draft('lab_result', from.at.path);
  const concluded = codingsOf(from.at.get('conclusionCode'));
  const conclusion = from.at.get('conclusion');
  for (const it of concluded) draft.put('result', resultOf(it.code, it.display), it.path);
  draft.put('result', resultOf('', conclusion.text()), conclusion.path);
  draft.put('note', conclusion.text() || concluded[0]?.display, conclusion.path);
  if (!('note' in draft.fields) && !('result' in draft.fields)) {
    const missing = from.at
      .get('result')
      .list()
      .find((it) => !shared.doc.resolve(it, from));
    const where = missing?.get('reference') ?? from.at.get('result');
    const value = shownCode(where.text().split('/')[0] ?? '');
    draft.faults.push({ ...NO_RESULTS(where.path), ...(missing ? { value } : {}) });
  }
  putCode(draft, from.at.get('code'));
  return fill(shared, draft, from, { report: undefined });
}
