import type { FieldError } from '#base/refusal.ts';
import type { Charset, DecodedRow } from '../model.ts';
import { badBytes, decodeText, showBytes } from '../decode/charset.ts';
import {
  DOCUMENT_LIMITS,
  DOCUMENT_TOO_LONG,
  type Draft,
  fault,
  notCollected,
  rawBudget,
  shownCode,
  TOO_MANY_ROWS,
  unreadable,
} from '../decode/document.ts';
import { type Head, headOf, idOf } from './header.ts';
import {
  codesOf,
  immunizationRow,
  isTemperature,
  labRow,
  problemRow,
  reportableRow,
  residentRow,
  visitRow,
  type VisitFacts,
} from './rows.ts';
import { type Element, readXml } from './tree.ts';

const NOT_CDA = (root: string) =>
  fault(
    `/${shownCode(root)}`,
    'not-cda',
    root === 'Bundle'
      ? '这是 FHIR 的 XML；请以 JSON（application/fhir+json）发送。'
      : '根元素不是 ClinicalDocument，不是 CDA 文档。',
    root === 'Bundle'
      ? 'This is FHIR in XML; send it as JSON (application/fhir+json).'
      : 'The root is no ClinicalDocument: this is no CDA document.',
    { value: shownCode(root), allowed: 'ClinicalDocument' },
  );
const NO_PATIENT = (path: string) =>
  fault(
    path,
    'no-patient',
    '文档没有患者（recordTarget/patientRole），内容无法归到任何人。',
    'The document names no patient (recordTarget/patientRole): its content is about nobody.',
  );
/** Sections we read, by LOINC. */
const SECTION = {
  problems: '11450-4',
  results: '30954-2',
  immunizations: '11369-6',
  encounters: '46240-8',
  vitals: '8716-3',
  complaint: '10154-3',
  reason: '29299-5',
} as const;

const codeOf = (section: Element): string => section.find('code')?.get('code') ?? '';

class TooManyRows extends Error {}

class Document {
  readonly #head: Head;
  readonly #sections: readonly Element[];
  readonly #isCaseReport: boolean;
  readonly rows: DecodedRow[] = [];
  readonly #raw = rawBudget();
  readonly #seen = new Set<string>();
  readonly #unread = new Map<string, string[]>();

  constructor(root: Element) {
    this.#head = headOf(root);
    this.#sections = [...root.within('section')];
    this.#isCaseReport = root.find('code')?.get('code') === '55751-2';
  }

  #add(draft: Draft, at: Element): void {
    if (this.rows.length >= DOCUMENT_LIMITS.rowsMax) throw new TooManyRows();
    this.rows.push(draft.row(() => this.#raw(() => xmlOf(at))));
  }

  #leave(sort: string, at: Element): void {
    const places = this.#unread.get(sort);
    if (places) places.push(at.path);
    else this.#unread.set(sort, [at.path]);
  }

  #facts(): VisitFacts {
    const of = (code: string) => this.#sections.find((it) => codeOf(it) === code);
    const complaint = of(SECTION.complaint)?.find('text') ?? of(SECTION.reason)?.find('text');
    const vitals = [...(of(SECTION.vitals)?.within('observation') ?? [])];
    const temperature = vitals.find(isTemperature);
    return { ...(complaint ? { complaint } : {}), ...(temperature ? { temperature } : {}) };
  }

  #visits(): void {
    const { encounter } = this.#head;
    const facts = this.#facts();
    if (encounter) this.#add(visitRow(this.#head, encounter, facts), encounter);
    const known = encounter ? idOf(encounter).text : '';
    for (const section of this.#sections)
      if (codeOf(section) === SECTION.encounters)
        for (const it of section.all('entry').flatMap((entry) => entry.all('encounter')))
          if (known === '' || (idOf(it).text !== known && it.get('moodCode') === 'EVN'))
            if (!encounter) this.#add(visitRow(this.#head, it, facts), it);
  }

  /** Concerns, encounters and bare entries hold problems; those that say no are none. */
  #problems(section: Element): void {
    for (const at of section.within('observation')) {
      const value = at.find('value');
      const isCoded = /^(CD|CE|CV)$/.test(value?.get('type') ?? '') || value?.get('code') !== '';
      const isInner =
        at.parent?.name === 'entryRelationship' && at.parent.parent?.name === 'observation';
      if (!value || !isCoded || isInner || this.#isKnown(at, value.get('code'))) continue;
      if (at.get('negationInd') === 'true') continue;
      this.#add(problemRow(this.#head, at, this.#isCaseReport), at);
    }
  }

  #isKnown(at: Element, code: string): boolean {
    const id = idOf(at).text;
    const name = `${id}|${code}`;
    if (id === '') return false;
    const isKnown = this.#seen.has(name);
    this.#seen.add(name);
    return isKnown;
  }

  #results(section: Element): void {
    for (const entry of section.all('entry')) {
      for (const at of entry.all('observation')) this.#add(labRow(this.#head, at, undefined), at);
      // Status of the panel (LOINC 92235-1, 92236-9) is no result of it.
      for (const organizer of entry.all('organizer'))
        for (const component of organizer.all('component'))
          for (const at of component.all('observation'))
            if (!/^9223[56]-/.test(at.find('code')?.get('code') ?? ''))
              this.#add(labRow(this.#head, at, organizer), at);
      if (entry.children.every((it) => it.name !== 'observation' && it.name !== 'organizer'))
        this.#leave(`results ${entry.children[0]?.name ?? 'entry'}`, entry);
    }
  }

  #immunizations(section: Element): void {
    for (const entry of section.all('entry')) {
      const given = entry.all('substanceAdministration');
      for (const it of given) this.#add(immunizationRow(this.#head, it), it);
      if (given.length === 0) this.#leave('immunizations: other entries', entry);
    }
  }

  #section(section: Element): void {
    const code = codeOf(section);
    const found = [...section.within('observation')].filter((it) =>
      codesOf(it.find('code')).some((one) => one.code === '64572001' || one.code === '75323-6'),
    );
    const reportable = found.filter((it) => it.find('value')?.get('code'));
    if (code === SECTION.problems || code === SECTION.encounters) this.#problems(section);
    else if (code === SECTION.results) this.#results(section);
    else if (code === SECTION.immunizations) this.#immunizations(section);
    else if (reportable.length > 0)
      for (const it of reportable) this.#add(reportableRow(this.#head, it), it);
    else
      for (const entry of section.all('entry')) {
        const isRead =
          code === SECTION.vitals && [...entry.within('observation')].some(isTemperature);
        if (!isRead) this.#leave(`section ${shownCode(code)}`, entry);
      }
  }

  read(): readonly DecodedRow[] {
    const { root } = this.#head;
    const hasPatient = root.find('recordTarget', 'patientRole') !== undefined;
    if (!hasPatient) return unreadable(xmlOf(root), NO_PATIENT(`${root.path}/recordTarget`));
    this.#visits();
    for (const section of this.#sections) this.#section(section);
    if (this.rows.length === 0) this.#add(residentRow(this.#head), root);
    for (const [sort, places] of this.#unread) this.rows.push(notCollected(sort, places));
    return this.rows;
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** An element as XML again, for the eye, up to what is shown of a row. */
function xmlOf(element: Element, room = { left: DOCUMENT_LIMITS.rawCharsMax as number }): string {
  if (room.left <= 0) return '';
  const attributes = Object.entries(element.attributes).map(([k, v]) => ` ${k}="${escaped(v)}"`);
  const open = `<${element.name}${attributes.join('')}>${escaped(element.words.trim())}`;
  room.left -= open.length;
  return `${open}${element.children.map((it) => xmlOf(it, room)).join('')}</${element.name}>`;
}

/** Rows of a CDA text (eICR, RR, any ClinicalDocument). At least one row. */
export function cdaRows(text: string): readonly DecodedRow[] {
  const root = readXml(text.trimStart());
  if (!('children' in root)) return unreadable(text, root);
  if (root.name !== 'ClinicalDocument') return unreadable(text, NOT_CDA(root.name));
  try {
    return new Document(root).read();
  } catch (cause) {
    if (cause instanceof TooManyRows) return unreadable('', TOO_MANY_ROWS);
    throw cause;
  }
}

/** Text of XML bytes by their mark of order, else by what the declaration names, else by the source. */
function textOf(bytes: Buffer, charset: Charset): { text: string } | { fault: FieldError } {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (isLittle || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    const decoder = new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be');
    return { text: decoder.decode(bytes) };
  }
  const hasMark = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
  const plain = hasMark ? bytes.subarray(3) : bytes;
  const [, named = ''] =
    /^\s*<\?xml[^>]*encoding=["']([\w-]+)/.exec(plain.toString('latin1', 0, 200)) ?? [];
  const isGb = /^gb(18030|k|2312)$/i.test(named);
  const wire = isGb ? 'gb18030' : named === '' && !hasMark ? charset : 'utf-8';
  const text = decodeText(plain, wire);
  return text === undefined ? { fault: badBytes(plain, wire) } : { text };
}

/** Rows of one CDA document as it came. */
export function decodeCda(bytes: Buffer, charset: Charset): readonly DecodedRow[] {
  if (bytes.length > DOCUMENT_LIMITS.bytesMax) return [DOCUMENT_TOO_LONG];
  const read = textOf(bytes, charset);
  if ('fault' in read) return unreadable(showBytes(bytes.subarray(0, 4096)), read.fault);
  return cdaRows(read.text);
}
