import type { FieldError } from '#base/refusal.ts';
import { badSex, type Draft, type Fields } from '../decode/document.ts';
import { fullName, idTypeOf, isArea, sexOf } from '../decode/terms.ts';
import type { Element } from './tree.ts';

/** HL7 v3 time (YYYY[MM[DD[HHMM[SS]]]][+ZZZZ]) in ISO 8601; the text itself when it is no time. */
export function isoTime(text: string): string {
  const m = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?)?([+-]\d{4})?$/.exec(text);
  if (!m) return text;
  const day = `${m[1]}-${m[2]}-${m[3]}`;
  if (!m[4]) return day;
  const zone = m[7] ? `${m[7].slice(0, 3)}:${m[7].slice(3)}` : '';
  return `${day}T${m[4]}:${m[5] ?? '00'}:${m[6] ?? '00'}${zone}`;
}

/** The first moment an effectiveTime names, and where. */
export function timeOf(holder: Element | undefined): { text: string; path: string } {
  const time = holder?.name === 'effectiveTime' ? holder : holder?.find('effectiveTime');
  const own = time?.get('value') ? time : undefined;
  const said =
    own ?? ['low', 'center', 'high'].map((it) => time?.find(it)).find((it) => it?.get('value'));
  const path = (said ?? time)?.path ?? `${holder?.path ?? ''}/effectiveTime`;
  return { text: isoTime(said?.get('value') ?? ''), path: `${path}/@value` };
}

export const putTime = (draft: Draft, holder: Element | undefined): Draft => {
  if (!holder) return draft;
  const { text, path } = timeOf(holder);
  return draft.expect('at', path).put('at', text, path);
};

/** Resident identity number in health records shared documents (WS/T 482). */
const CITIZEN_ROOT = '2.16.156.10011.1.3';

function putId(put: Put, role: Element): void {
  for (const id of role.all('id')) {
    const number = id.get('extension');
    const code = id.get('root') === CITIZEN_ROOT ? 'NNCHN' : '';
    const idType = number === '' ? undefined : idTypeOf(code, number);
    if (!idType) continue;
    put('idType', idType, id.path);
    put('idNo', number, `${id.path}/@extension`);
    return;
  }
}

const wordsIn = (element: Element | undefined, name: string): string =>
  (element?.all(name) ?? [])
    .map((it) => it.words.trim())
    .filter(Boolean)
    .join(' ');

type Put = (name: string, value: string, path: string) => void;

function putAddress(put: Put, role: Element): void {
  const address = role.all('addr').find((it) => it.find('streetAddressLine')) ?? role.find('addr');
  if (!address) return;
  const names = [
    'state',
    'city',
    'county',
    'township',
    'streetName',
    'streetAddressLine',
    'houseNumber',
  ];
  const said = names
    .map((it) => wordsIn(address, it))
    .filter(Boolean)
    .join(' ');
  put('address', (said || address.words.trim()).replaceAll(/\s+/g, ' '), address.path);
  const area = address.children.find((it) => isArea(it.words.trim()));
  if (area) put('areaCode', area.words.trim(), area.path);
}

/** Person fields of the recordTarget, each with its XPath. */
export function personOf(root: Element): {
  fields: Fields;
  paths: Record<string, string>;
  faults: readonly FieldError[];
} {
  const fields: Fields = {};
  const paths: Record<string, string> = {};
  const put: Put = (name, value, path) => {
    if (value !== '') fields[name] ??= value;
    paths[name] ??= path;
  };
  const role = root.find('recordTarget', 'patientRole');
  if (!role) {
    const paths = { idNo: `${root.path}/recordTarget/patientRole` };
    return { fields, paths, faults: [] };
  }
  putId(put, role);
  paths.idNo ??= role.path;
  const patient = role.find('patient');
  const names = patient?.all('name') ?? [];
  const name = names.find((it) => it.get('use') === 'L') ?? names[0];
  const spoken = fullName(wordsIn(name, 'family'), wordsIn(name, 'given'));
  if (name) put('name', spoken || name.words.trim(), name.path);
  const gender = patient?.find('administrativeGenderCode');
  const sex = sexOf(gender?.get('code') ?? '');
  if (gender) put('sex', sex ?? '', `${gender.path}/@code`);
  const faults =
    gender && sex === undefined
      ? [badSex(`${gender.path}/@code`, gender.get('code'), 'M, F, UN | 1, 2, 9')]
      : [];
  const born = patient?.find('birthTime');
  if (born) put('bornOn', isoTime(born.get('value')).slice(0, 10), `${born.path}/@value`);
  const telecom = role.all('telecom').find((it) => /^(tel:|\+?\d)/.test(it.get('value')));
  if (telecom) put('phone', telecom.get('value').replace(/^tel:\s*/, ''), `${telecom.path}/@value`);
  putAddress(put, role);
  return { fields, paths, faults };
}

/** What holds for every row of a document. */
export type Head = {
  readonly root: Element;
  readonly person: ReturnType<typeof personOf>;
  readonly encounter: Element | undefined;
};

export const headOf = (root: Element): Head => ({
  root,
  person: personOf(root),
  encounter: root.find('componentOf', 'encompassingEncounter'),
});

const placesOf = ({ root, encounter }: Head): (Element | undefined)[] => [
  encounter?.find('location', 'healthCareFacility', 'serviceProviderOrganization', 'id'),
  encounter?.find('location', 'healthCareFacility', 'id'),
  root.find('custodian', 'assignedCustodian', 'representedCustodianOrganization', 'id'),
  root.find('author', 'assignedAuthor', 'representedOrganization', 'id'),
];

/** Puts person, place and which version of which document this is. */
export function putHead(draft: Draft, head: Head): Draft {
  const { fields, paths, faults } = head.person;
  draft.faults.push(...faults);
  for (const [name, path] of Object.entries(paths))
    draft.expect(name, path).put(name, fields[name], path);
  const { root, encounter } = head;
  for (const id of placesOf(head))
    if (id) draft.put('placeCode', id.get('extension') || id.get('root'), id.path);
  draft.expect('placeCode', `${root.path}/custodian`);
  const facility = encounter?.find('location', 'healthCareFacility');
  const name =
    facility?.find('location', 'name') ?? facility?.find('serviceProviderOrganization', 'name');
  if (name) draft.put('placeName', name.words.trim(), name.path);
  const set = root.find('setId');
  if (set) draft.put('documentSet', set.get('extension') || set.get('root'), set.path);
  const version = root.find('versionNumber');
  if (version) draft.put('version', version.get('value'), version.path);
  return draft;
}

/** root and extension of the first id, as one text. */
export function idOf(element: Element): { text: string; path: string } {
  const id = element.find('id');
  const parts = [id?.get('root') ?? '', id?.get('extension') ?? ''].filter(Boolean);
  return { text: parts.join('/').slice(-64), path: id?.path ?? element.path };
}
