import { Draft, fault } from '../decode/document.ts';
import {
  celsiusOf,
  codingOf,
  departmentOf,
  diseaseOf,
  isIcd10,
  pathogenOf,
  resultOf,
  TEMPERATURE_CODES,
} from '../decode/terms.ts';
import { cancellation, noObservation } from '../hl7/kinds/types.ts';
import { type Head, idOf, putHead, putTime, timeOf } from './header.ts';
import type { Element } from './tree.ts';

/** The list of codes that call for a case report (RCTC). */
const RCTC = '2.16.840.1.114222.4.11.7508';

type CdaCoding = { code: string; system: string; display: string; path: string };

/** A coded element and its translations. */
export function codesOf(element: Element | undefined): CdaCoding[] {
  if (!element) return [];
  return [element, ...element.all('translation')].map((it) => ({
    code: it.get('code'),
    system: it.get('codeSystem'),
    display: it.get('displayName') || (it.find('originalText')?.words.trim() ?? ''),
    path: `${it.path}/@code`,
  }));
}
const wordsOf = (element: Element | undefined): string =>
  codesOf(element).find((it) => it.display !== '')?.display ?? '';

/** A later version of a document corrects what the earlier one said under the same id. */
function putVersion(draft: Draft, root: Element, id: string): void {
  const version = root.find('versionNumber');
  const isLater = Number(version?.get('value')) > 1;
  const isReplacing = root.all('relatedDocument').some((it) => it.get('typeCode') === 'RPLC');
  if (!isLater && !isReplacing) return;
  const path = (isLater ? version?.path : root.find('relatedDocument')?.path) ?? root.path;
  draft.put('status', 'corrected', path).put('replaces', id, path);
}

function begin(kind: string, head: Head, at: Element): Draft {
  const draft = new Draft(kind, at.path);
  const id = idOf(at);
  draft.put('id', id.text, id.path);
  putVersion(draft, head.root, id.text);
  return draft;
}

const NOT_DONE = (path: string) =>
  noObservation(
    path,
    '此条目标为未发生或未做（negationInd），不成为记录。',
    'The entry says it was not so or not done (negationInd).',
  );
function judge(draft: Draft, at: Element): void {
  const status = at.find('statusCode')?.get('code') ?? '';
  const isOff = /^(cancelled|aborted|nullified)$/.test(status);
  const path = `${at.path}/statusCode/@code`;
  if (isOff) {
    draft.fields.status = 'cancelled';
    draft.put('replaces', idOf(at).text, path);
    draft.faults.push(cancellation(path, status));
  } else if (at.get('negationInd') === 'true')
    draft.faults.push(NOT_DONE(`${at.path}/@negationInd`));
}

function putTrigger(draft: Draft, ...coded: (Element | undefined)[]): void {
  const all = coded.flatMap((it) => (it ? [it, ...it.all('translation')] : []));
  const trigger = all.find((it) => it.get('valueSet') === RCTC);
  if (trigger) draft.put('trigger', `RCTC ${trigger.get('valueSetVersion')}`.trim(), trigger.path);
}

/** What the sections say about the visit. */
export type VisitFacts = { readonly temperature?: Element; readonly complaint?: Element };

const NOT_CELSIUS = (path: string) =>
  fault(
    path,
    'unit',
    '体温的单位应为 Cel 或 [degF]，数值应为数字。',
    'A temperature is a number in Cel or [degF].',
    { allowed: 'Cel, [degF]' },
  );

/** The visit or admission of an encounter, of the header or of a section. */
export function visitRow(head: Head, at: Element, facts: VisitFacts): Draft {
  const codes = codesOf(at.find('code'));
  const isInpatient = codes.some((it) => /^(IMP|ACUTE|NONAC)$/.test(it.code));
  const draft = begin(isInpatient ? 'admission' : 'clinic_visit', head, at);
  putTime(draft, at);
  putHead(draft, head);
  const facility = codesOf(at.find('location', 'healthCareFacility', 'code'));
  const texts = [...codes, ...facility].flatMap((it) => [it.display, it.code]);
  const place = at.find('location', 'healthCareFacility', 'location', 'name')?.words ?? '';
  const given = [...texts, place].filter((it) => it !== '');
  draft.put('department', departmentOf(given), `${at.path}/code/@code`);
  const value = facts.temperature?.find('value');
  if (value) {
    const celsius = celsiusOf(Number(value.get('value') || 'x'), value.get('unit'));
    if (Number.isNaN(celsius)) draft.faults.push(NOT_CELSIUS(value.path));
    draft.put('temperature', celsius, `${value.path}/@value`);
  }
  const said = facts.complaint?.words.replaceAll(/\s+/g, ' ').trim().slice(0, 2000);
  return draft.put('complaint', said, facts.complaint?.path ?? '');
}

const icd10In = (codes: readonly CdaCoding[]): CdaCoding | undefined =>
  codingOf(codes, 'icd10') ?? codes.find((it) => isIcd10(it.code));

const NO_CODE = (path: string) =>
  fault(path, 'no-code', '缺少代码（@code）。', 'The code (@code) is missing.');

/** A problem: a case report card when its disease is notifiable and the document a case report. */
export function problemRow(head: Head, at: Element, isCaseReport: boolean): Draft {
  const value = at.find('value');
  const codes = codesOf(value);
  const icd10 = icd10In(codes);
  const snomed = codingOf(codes, 'snomed');
  const disease = diseaseOf(icd10?.code ?? '', snomed?.code ?? '');
  const isCard = isCaseReport && disease !== '';
  const draft = begin(isCard ? 'case_report' : 'diagnosis', head, at);
  judge(draft, at);
  const onset = timeOf(at);
  // A card speaks of the day it was written; the time of the problem itself is its onset.
  for (const it of [
    isCard ? head.root : undefined,
    at.find('author', 'time'),
    head.encounter,
    head.root,
  ])
    if (it) putTime(draft, it);
  draft.put('onsetOn', onset.text.slice(0, 10), onset.path);
  putHead(draft, head);
  if (codes.every((it) => it.code === ''))
    draft.faults.push(NO_CODE(`${value?.path ?? at.path}/@code`));
  draft.put('icd10', icd10?.code, icd10?.path ?? '');
  draft.put('snomed', snomed?.code, snomed?.path ?? '');
  draft.put('disease', disease, (icd10 ?? snomed)?.path ?? '');
  if (isCard) draft.put('caseClass', 'suspected', at.path);
  draft.put('note', wordsOf(value), value?.path ?? '');
  putTrigger(draft, value, at.find('code'));
  return draft;
}

const NO_VALUE = (path: string) =>
  fault(path, 'no-value', '没有结果值（value）。', 'There is no result (value).');
const NOT_NUMBER = (path: string) =>
  fault(path, 'type', '测量值应为数字。', 'The value should be a number.');

function putValue(draft: Draft, at: Element): void {
  const value = at.find('value');
  const path = value?.path ?? `${at.path}/value`;
  const text = value?.get('value') || (value?.words.trim() ?? '');
  const isNumber = /^[+-]?\d*\.?\d+(e[+-]?\d+)?$/i.test(text);
  if (isNumber) draft.put('value', Number(text), `${path}/@value`);
  else if (/^(PQ|INT|REAL)$/.test(value?.get('type') ?? '') && !value?.get('nullFlavor'))
    draft.faults.push(NOT_NUMBER(`${path}/@value`));
  draft.put('unit', value?.get('unit'), `${path}/@unit`);
  for (const it of codesOf(value)) draft.put('result', resultOf(it.code, it.display), it.path);
  if (!isNumber) {
    draft.put('result', resultOf('', text), path);
    draft.put('note', wordsOf(value) || text, path);
  }
  for (const it of at.all('interpretationCode'))
    draft.put('result', resultOf(it.get('code'), ''), `${it.path}/@code`);
  const isSaid = ['value', 'result', 'note'].some((it) => it in draft.fields);
  const isNull = value?.get('nullFlavor') || value?.children.some((it) => it.get('value') !== '');
  if (isNull && !isSaid) draft.put('note', value?.get('nullFlavor') || 'range', path);
  else if (!isSaid) draft.faults.push(NO_VALUE(path));
}

/** A result of an organizer, or one that stands alone. */
export function labRow(head: Head, at: Element, organizer: Element | undefined): Draft {
  const draft = begin('lab_result', head, at);
  judge(draft, at);
  for (const it of [at, organizer, head.encounter]) if (it) putTime(draft, it);
  putHead(draft, head);
  const codes = codesOf(at.find('code'));
  const code = codingOf(codes, 'loinc') ?? codes.find((it) => it.code !== '');
  if (!code) draft.faults.push(NO_CODE(`${at.path}/code/@code`));
  draft.expect('testCode', `${at.path}/code/@code`).put('testCode', code?.code, code?.path ?? '');
  draft.put('testName', wordsOf(at.find('code')), `${at.path}/code`);
  draft.put('pathogen', pathogenOf(code?.code ?? ''), code?.path ?? '');
  putValue(draft, at);
  const order = codesOf(organizer?.find('code'))[0];
  draft.put('orderCode', order?.code, order?.path ?? '');
  const number = organizer ? idOf(organizer) : undefined;
  draft.put('reportNo', number?.text, number?.path ?? '');
  const specimen =
    organizer?.find('specimen', 'specimenRole', 'specimenPlayingEntity', 'code') ??
    organizer?.find(
      'component',
      'procedure',
      'participant',
      'participantRole',
      'playingEntity',
      'code',
    );
  draft.put('specimen', specimen?.get('code'), specimen?.path ?? '');
  putTrigger(draft, at.find('code'), at.find('value'), organizer?.find('code'));
  return draft;
}

/** A vaccination given. */
export function immunizationRow(head: Head, at: Element): Draft {
  const draft = begin('immunization', head, at);
  judge(draft, at);
  putTime(draft, at);
  putHead(draft, head);
  const material = at.find('consumable', 'manufacturedProduct', 'manufacturedMaterial');
  const codes = codesOf(material?.find('code'));
  const code = codingOf(codes, 'cvx') ?? codes.find((it) => it.code !== '');
  const path = `${material?.path ?? at.path}/code/@code`;
  draft.expect('category', path).put('category', code?.code, code?.path ?? path);
  draft.put('note', wordsOf(material?.find('code')), path);
  const lot = material?.find('lotNumberText');
  draft.put('lotNo', lot?.words.trim(), lot?.path ?? '');
  const dose = at.find('repeatNumber');
  draft.put('quantity', Number(dose?.get('value') || 'x'), `${dose?.path}/@value`);
  putTrigger(draft, material?.find('code'));
  return draft;
}

/** A condition a health department found reportable (RR). */
export function reportableRow(head: Head, at: Element): Draft {
  const draft = begin('diagnosis', head, at);
  putTime(draft, head.root);
  putHead(draft, head);
  const value = at.find('value');
  const snomed = codingOf(codesOf(value), 'snomed');
  draft.put('snomed', snomed?.code, snomed?.path ?? '');
  draft.put('disease', diseaseOf('', snomed?.code ?? ''), snomed?.path ?? '');
  return draft.put('note', `RR: ${wordsOf(value)}`, value?.path ?? at.path);
}

/** The patient of a document that says nothing else of them: an entry of the register. */
export function residentRow(head: Head): Draft {
  const target = head.root.find('recordTarget') ?? head.root;
  const draft = begin('resident_entry', head, target);
  putTime(draft, head.root);
  return putHead(draft, head);
}

export const isTemperature = (at: Element): boolean =>
  codesOf(at.find('code')).some((it) => TEMPERATURE_CODES.has(it.code));
