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
  unreadable,
} from '../decode/document.ts';
import { codingOf, pathogenOf, resultOf, TEMPERATURE_CODES } from '../decode/terms.ts';
import {
  diagnosisRow,
  icd10Of,
  immunizationRow,
  reportableRow,
  residentRow,
  temperatureOf,
  type VisitFacts,
  visitRow,
} from './clinical.ts';
import type { Shared } from './common.ts';
import { codingsOf, type Cursor, wordsOf } from './cursor.ts';
import { type FhirDocument, readDocument, type Resource } from './document.ts';
import { labRows, reportRow } from './lab.ts';

/** What became of the resources of a type: rows were made of it, it served other rows, or neither. */
export type Fate = 'row' | 'context' | 'not-collected';
export type FhirRows = {
  readonly rows: readonly DecodedRow[];
  readonly fates: ReadonlyMap<Resource, Fate>;
};

/** Read where rows refer to them; a document of these alone gives no record. */
const CONTEXT = new Set([
  'Composition',
  'Device',
  'Location',
  'MessageHeader',
  'OperationOutcome',
  'Organization',
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Provenance',
  'RelatedPerson',
  'ServiceRequest',
  'Specimen',
]);

const NO_ROWS = (path: string, types: string) =>
  fault(
    path,
    'no-observation',
    '文档中没有可成为记录的资源（就诊、诊断、检验结果、接种或患者）。',
    'Nothing in the document makes a record: no encounter, diagnosis, result, immunisation, patient.',
    { value: types.slice(0, 200) },
  );

const has = (concept: Cursor, ...codes: string[]): boolean =>
  codingsOf(concept).some((it) => codes.includes(it.code));

/** Of an Observation without category: what only a laboratory would say, or a number with a LOINC code. */
function looksLikeLab(at: Cursor): boolean {
  const codings = codingsOf(at.get('code'));
  const loinc = codingOf(codings, 'loinc')?.code ?? '';
  const signs = ['specimen', 'referenceRange', 'interpretation', 'method'];
  const isNumber = loinc !== '' && at.get('valueQuantity').isThere;
  const isResult = codingsOf(at.get('valueCodeableConcept')).some(
    (it) => resultOf(it.code, '') !== '',
  );
  const isSigned = isNumber || isResult || signs.some((it) => at.get(it).isThere);
  return codings.length === 0 || pathogenOf(loinc) !== '' || isSigned;
}

/** Chief complaint or reason for visit, as the sections of a Composition tell it. */
function complaintIn(composition: Resource | undefined): VisitFacts['complaint'] {
  const sections = composition?.at.get('section').list() ?? [];
  for (const code of ['10154-3', '29299-5']) {
    const div = sections
      .find((it) => has(it.get('code'), code))
      ?.get('text')
      .get('div');
    const text = (div?.text() ?? '')
      .replaceAll(/<[^>]{0,200}>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim();
    if (div && text !== '') return { text: text.slice(0, 2000), path: div.path };
  }
  return undefined;
}

/** Sorts the resources of one document and makes rows of them. */
class Sorter {
  readonly #doc: FhirDocument;
  readonly #shared: Shared;
  readonly #raw = rawBudget();
  readonly #mainVisit: Resource | undefined;
  readonly #reportOf = new Map<Resource, Resource>();
  readonly #facts = new Map<Resource, VisitFacts>();
  readonly #unread = new Map<string, string[]>();
  readonly fates = new Map<Resource, Fate>();
  readonly rows: DecodedRow[] = [];

  constructor(doc: FhirDocument) {
    this.#doc = doc;
    this.#shared = { doc, persons: new Map(), used: new Set() };
    this.#mainVisit = this.#findVisit();
  }

  #add(from: Resource, ...drafts: readonly Draft[]): void {
    for (const it of drafts) this.rows.push(this.#row(it, from));
    this.fates.set(from, drafts.length > 0 ? 'row' : 'context');
  }

  /** A row of a component shows the component, of a resource the resource. */
  #row(draft: Draft, from: Resource): DecodedRow {
    const isWhole = draft.position === from.at.path;
    return draft.row(() => this.#raw(() => JSON.stringify(isWhole ? from.at.value : draft.fields)));
  }

  #leave(from: Resource, sort: string): void {
    const places = this.#unread.get(sort);
    if (places) places.push(from.at.path);
    else this.#unread.set(sort, [from.at.path]);
    this.fates.set(from, 'not-collected');
  }

  #visitOf(from: Resource): VisitFacts | undefined {
    const reference = from.at.any('encounter', 'context');
    const isNamed = reference.get('reference').text() !== '';
    const visit = isNamed ? this.#doc.resolve(reference, from) : this.#mainVisit;
    return visit?.type === 'Encounter' ? this.#factsOf(visit) : undefined;
  }

  /** The visit a document is about: the one its Composition names, else the only or first one. */
  #findVisit(): Resource | undefined {
    const composition = this.#doc.only('Composition');
    const named = composition && this.#doc.resolve(composition.at.get('encounter'), composition);
    if (named || !composition) return named ?? this.#doc.only('Encounter');
    return this.#doc.all('Encounter').find((it) => it.at.get('period').get('start').isThere);
  }

  #factsOf(visit: Resource): VisitFacts {
    const facts = this.#facts.get(visit) ?? {};
    this.#facts.set(visit, facts);
    return facts;
  }

  /** What one resource says about another is gathered before any row is made. */
  gather(): void {
    for (const report of this.#doc.all('DiagnosticReport'))
      for (const reference of report.at.get('result').list()) {
        const result = this.#doc.resolve(reference, report);
        if (result && !this.#reportOf.has(result)) this.#reportOf.set(result, report);
      }
    for (const condition of this.#doc.all('Condition')) {
      const icd10 = icd10Of(condition.at.get('code'));
      const isOfVisit = condition.at.any('encounter', 'context').isThere;
      const facts = icd10 && isOfVisit ? this.#visitOf(condition) : undefined;
      if (icd10 && facts) facts.icd10 ??= icd10;
    }
    for (const it of this.#doc.all('Observation')) this.#tell(it);
    const visit = this.#mainVisit;
    const said = complaintIn(this.#doc.only('Composition'));
    if (visit && said) this.#factsOf(visit).complaint ??= said;
  }

  /** A temperature or a chief complaint belongs to its visit. */
  #tell(from: Resource): void {
    const { at } = from;
    const isComplaint = has(at.get('code'), '8661-1', '10154-3');
    if (!isComplaint && !has(at.get('code'), ...TEMPERATURE_CODES)) return;
    const facts = this.#visitOf(from);
    if (!facts) return;
    const said = at.any('valueString', 'valueCodeableConcept');
    const temperature = temperatureOf(at);
    if (temperature) facts.temperature ??= temperature;
    else if (isComplaint)
      facts.complaint ??= { text: said.text() || wordsOf(said), path: said.path };
    this.fates.set(from, 'row');
  }

  #observation(from: Resource): void {
    if (this.fates.has(from)) return;
    const category = from.at.get('category');
    // Status of a panel (LOINC 92235-1, 92236-9) is no result of it.
    if (has(from.at.get('code'), '92235-1', '92236-9')) {
      this.fates.set(from, 'context');
      return;
    }
    const isReportable = has(from.at.get('code'), '64572001', '75323-6');
    if (isReportable) return this.#add(from, reportableRow(this.#shared, from));
    const report = this.#reportOf.get(from);
    const isLab = has(category, 'laboratory', 'LAB') || report !== undefined;
    const isTaken = isLab || (!category.isThere && looksLikeLab(from.at));
    const sort = codingsOf(category)[0]?.code || wordsOf(category) || 'no category';
    if (isTaken) this.#add(from, ...labRows(this.#shared, from, { report }));
    else this.#leave(from, `Observation (${shownCode(sort)})`);
  }

  #report(from: Resource): void {
    const results = from.at
      .get('result')
      .list()
      .map((it) => this.#doc.resolve(it, from));
    const contained = results.filter(
      (it) => it !== undefined && it.fullUrl === '' && this.#isIn(from, it),
    );
    for (const it of contained)
      if (it)
        for (const row of labRows(this.#shared, it, { report: from }))
          this.rows.push(this.#row(row, it));
    if (results.some(Boolean)) this.fates.set(from, contained.length > 0 ? 'row' : 'context');
    else this.#add(from, reportRow(this.#shared, from));
  }

  #isIn(outer: Resource, inner: Resource): boolean {
    return inner.at.path.startsWith(`${outer.at.path}.contained`);
  }

  #one(from: Resource, isCaseReport: boolean): void {
    if (from.type === 'Observation') this.#observation(from);
    else if (from.type === 'DiagnosticReport') this.#report(from);
    else if (from.type === 'Encounter')
      this.#add(from, visitRow(this.#shared, from, this.#facts.get(from) ?? {}));
    else if (from.type === 'Condition')
      this.#add(from, diagnosisRow(this.#shared, from, isCaseReport));
    else if (from.type === 'Immunization') this.#add(from, immunizationRow(this.#shared, from));
    else if (CONTEXT.has(from.type)) this.fates.set(from, 'context');
    else this.#leave(from, shownCode(from.type));
  }

  sort(): FhirRows {
    const composition = this.#doc.only('Composition');
    const isCaseReport = composition !== undefined && has(composition.at.get('type'), '55751-2');
    for (const { at, fault: why } of this.#doc.misfits)
      this.rows.push({
        ...unreadable(JSON.stringify(at.value) ?? '', why)[0],
        position: at.path,
      } as DecodedRow);
    this.gather();
    for (const it of this.#doc.resources) this.#one(it, isCaseReport);
    for (const it of this.#doc.all('Patient'))
      if (!this.#shared.used.has(it)) this.#add(it, residentRow(this.#shared, it));
    for (const [sort, places] of this.#unread) this.rows.push(notCollected(sort, places));
    if (this.rows.length === 0) {
      const types = [...new Set(this.#doc.resources.map((it) => it.type))].join(', ');
      const path = this.#doc.resources[0]?.at.path ?? 'Bundle.entry';
      this.rows.push({
        fields: undefined,
        raw: types,
        faults: [NO_ROWS(path, types)],
        position: path,
      });
    }
    return { rows: this.rows, fates: this.fates };
  }
}

/** Rows of a FHIR R4 text and what became of each resource. At least one row. */
export function fhirRows(text: string): FhirRows {
  const read = readDocument(text);
  if (!('resources' in read)) return { rows: unreadable(text, read), fates: new Map() };
  return new Sorter(read).sort();
}

/** Rows of one FHIR document as it came: a bundle, a resource, or resources line by line. */
export function decodeFhir(bytes: Buffer, charset: Charset): readonly DecodedRow[] {
  if (bytes.length > DOCUMENT_LIMITS.bytesMax) return [DOCUMENT_TOO_LONG];
  const hasMark = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
  const text = decodeText(hasMark ? bytes.subarray(3) : bytes, charset);
  if (text === undefined)
    return unreadable(showBytes(bytes.subarray(0, 4096)), badBytes(bytes, charset));
  return fhirRows(text).rows;
}
