import type { FieldError } from '#base/refusal.ts';
import { badSex, type Draft, fault, type Fields, shownCode } from '../decode/document.ts';
import { fullName, idTypeOf, isArea, sexOf } from '../decode/terms.ts';
import { cancellation, noObservation } from '../hl7/kinds/types.ts';
import { codingsOf, type Cursor } from './cursor.ts';
import type { FhirDocument, Resource } from './document.ts';

type Placed = {
  readonly fields: Fields;
  readonly paths: Record<string, string>;
  readonly faults: readonly FieldError[];
};

function idOf(patient: Cursor, put: (name: string, value: unknown, path: string) => void): void {
  for (const it of patient.get('identifier').list()) {
    const number = it
      .get('value')
      .text()
      .replace(/^urn:(oid|uuid):/, '');
    const code = codingsOf(it.get('type')).find((one) => one.code !== '')?.code ?? '';
    const idType = number === '' ? undefined : idTypeOf(code, number);
    if (!idType) continue;
    put('idType', idType, it.get('type').path);
    put('idNo', number, it.get('value').path);
    return;
  }
}

function nameOf(patient: Cursor): { text: string; path: string } {
  const names = patient.get('name').list();
  const name = names.find((it) => it.get('use').text() === 'official') ?? names[0];
  if (!name) return { text: '', path: patient.get('name').path };
  const given = name
    .get('given')
    .list()
    .map((it) => it.text())
    .join(' ');
  const text = fullName(name.get('family').text(), given) || name.get('text').text();
  return { text, path: name.path };
}

const textsOf = (at: Cursor): Cursor[] =>
  at.list().flatMap((it) => {
    if (typeof it.value !== 'object') return [it];
    return Object.keys(it.value ?? {}).flatMap((key) => textsOf(it.get(key)));
  });

/** Person fields of a Patient, each with its place. */
function personOf(patient: Cursor): Placed {
  const fields: Fields = {};
  const paths: Record<string, string> = {};
  const put = (name: string, value: unknown, path: string): void => {
    if (value !== '') fields[name] = value;
    paths[name] = path;
  };
  paths.idNo = patient.get('identifier').path;
  idOf(patient, put);
  const name = nameOf(patient);
  put('name', name.text, name.path);
  const gender = patient.get('gender');
  const sex = sexOf(gender.text());
  put('sex', sex ?? '', gender.path);
  const faults =
    sex === undefined ? [badSex(gender.path, gender.text(), 'male, female, other, unknown')] : [];
  put('bornOn', patient.get('birthDate').text(), patient.get('birthDate').path);
  const phones = patient.get('telecom').list();
  const isPhone = (it: Cursor) => /^(phone|sms)?$/.test(it.get('system').text());
  const phone = phones.find((it) => isPhone(it) && it.get('value').text() !== '');
  if (phone) put('phone', phone.get('value').text(), phone.get('value').path);
  const addresses = patient.get('address').list();
  const address = addresses.find((it) => it.get('use').text() === 'home') ?? addresses[0];
  if (address) {
    const lines = address
      .get('line')
      .list()
      .map((it) => it.text());
    const parts = ['state', 'city', 'district'].map((it) => address.get(it).text());
    const whole = [...parts, ...lines].filter(Boolean).join(' ').replace(/\s+/g, ' ');
    put('address', address.get('text').text() || whole, address.path);
    const area = textsOf(address).find((it) => isArea(it.text()));
    if (area) put('areaCode', area.text(), area.path);
  }
  return { fields, paths, faults };
}

/** What readers share over one document: persons are read once. */
export type Shared = {
  readonly doc: FhirDocument;
  readonly persons: Map<Resource, Placed>;
  /** Resources a row was made with. */
  readonly used: Set<Resource>;
};

const NOT_FOUND = (reference: Cursor) =>
  fault(
    reference.get('reference').path,
    'unresolved-reference',
    '引用的患者不在同一份文档中；请把该 Patient 一并发送。',
    'The Patient referred to is not in this document; send it along.',
    { value: shownCode(reference.get('reference').text().split('/')[0] ?? '') },
  );

function putPlaced(draft: Draft, placed: Placed): void {
  draft.faults.push(...placed.faults);
  for (const [name, path] of Object.entries(placed.paths)) {
    draft.put(name, placed.fields[name], path);
    draft.expect(name, path);
  }
}

/** Puts the person a resource is about; an error when it points at nobody in the document. */
export function putPerson(shared: Shared, draft: Draft, from: Resource): void {
  const { doc } = shared;
  const own = from.type === 'Patient' ? from : undefined;
  const reference = from.at.any('subject', 'patient');
  const told = doc.only('Composition');
  const isNamed = reference.get('reference').text() !== '';
  const patient =
    own ??
    (isNamed ? doc.resolve(reference, from) : undefined) ??
    (!isNamed && told ? doc.resolve(told.at.get('subject'), told) : undefined) ??
    (isNamed ? undefined : doc.only('Patient'));
  if (!patient || patient.type !== 'Patient') {
    if (isNamed) draft.faults.push(NOT_FOUND(reference));
    draft.expect('idNo', isNamed ? reference.get('reference').path : reference.path);
    return;
  }
  shared.used.add(patient);
  let placed = shared.persons.get(patient);
  if (!placed) {
    placed = personOf(patient.at);
    shared.persons.set(patient, placed);
  }
  putPlaced(draft, placed);
}

/** The identifier of an organisation or a place: a credit code (USCC) before any other. */
function codeOf(at: Cursor): Cursor | undefined {
  const all = at
    .get('identifier')
    .list()
    .map((it) => it.get('value'));
  return all.find((it) => /^[0-9A-Z]{18}$/.test(it.text())) ?? all.find((it) => it.text() !== '');
}

/** Puts the place of the first reference that names one: its identifier, and its name beside. */
export function putPlace(
  shared: Shared,
  draft: Draft,
  candidates: readonly (readonly [Cursor, Resource])[],
): void {
  for (const [reference, from] of candidates) {
    draft.expect('placeCode', reference.path);
    const found = shared.doc.resolve(reference, from);
    const inline = codeOf(reference);
    if (inline) draft.put('placeCode', inline.text(), inline.path);
    if (!found) continue;
    const inner = found.at.any('organization', 'managingOrganization');
    const place = found.at.get('identifier').isThere ? found : shared.doc.resolve(inner, found);
    const code = found.type === 'Practitioner' ? undefined : codeOf((place ?? found).at);
    const name = found.at.get('name');
    if (!/^Practitioner/.test(found.type)) draft.put('placeName', name.text(), name.path);
    if (code) draft.put('placeCode', code.text(), code.path);
  }
}

/** Candidates for the place that hold for the whole document. */
export function placesOfDocument({ doc }: Shared): (readonly [Cursor, Resource])[] {
  const places: (readonly [Cursor, Resource])[] = [];
  const composition = doc.only('Composition');
  if (composition) places.push([composition.at.get('custodian'), composition]);
  const header = doc.only('MessageHeader');
  if (header) places.push([header.at.get('sender'), header]);
  const patient = doc.only('Patient');
  if (patient) places.push([patient.at.get('managingOrganization'), patient]);
  return places;
}

/** What a status makes of the row; none of these: a row of its own. */
const STANDING: Readonly<Record<string, 'corrected' | 'cancelled' | 'nothing'>> = {
  amended: 'corrected',
  corrected: 'corrected',
  appended: 'corrected',
  'entered-in-error': 'cancelled',
  cancelled: 'cancelled',
  refuted: 'cancelled',
  'not-done': 'nothing',
  planned: 'nothing',
  registered: 'nothing',
};

const NOTHING_YET = (path: string) =>
  noObservation(
    path,
    '该资源表示尚未发生或未做，不成为记录。',
    'The resource tells of something not done or not yet.',
  );

/**
 * What the sender calls the resource, and what it replaces: a corrected one, a withdrawn one and a
 * later version all name the key of the first.
 */
export function putIdentity(draft: Draft, from: Resource): void {
  const { at } = from;
  const identifier = at.get('identifier').first().get('value');
  const key = from.id === '' ? identifier.text() : `${from.type}/${from.id}`;
  const status = at.get('status');
  const codes = [status.text(), ...codingsOf(at.get('verificationStatus')).map((it) => it.code)];
  const said = codes.find((it) => Object.hasOwn(STANDING, it)) ?? '';
  const version = at.get('meta').get('versionId');
  const isLater = /^\d+$/.test(version.text()) && Number(version.text()) > 1;
  const standing = STANDING[said] ?? (isLater ? 'corrected' : '');
  const where = from.id === '' ? identifier.path : at.get('id').path;
  draft.put('id', [key, version.text(), said].filter(Boolean).join('/'), where);
  draft.put('version', version.text(), version.path);
  if (standing === 'nothing') draft.faults.push(NOTHING_YET(status.path));
  else if (standing !== '') {
    draft.put('status', standing, said === '' ? version.path : status.path);
    draft.put('replaces', key, where);
    if (standing === 'cancelled') draft.faults.push(cancellation(status.path, said));
  }
}

/** Puts the first time that is written; the error of a missing one points at the first place. */
export function putTime(draft: Draft, ...times: readonly Cursor[]): void {
  for (const time of times) {
    draft.expect('at', time.path);
    draft.put('at', time.text(), time.path);
  }
}
