import type { Message, Segment } from '../reader.ts';
import { firstInstant, hl7Instant } from '../times.ts';
import { pathogenOf, resultOf } from './results.ts';
import { clean, type Fields, type Made, PERSON_PATHS, personCache, placeOf } from './shared.ts';
import { cancellation, fault, noObservation } from './types.ts';

const LAB_PATHS: Readonly<Record<string, string>> = {
  ...PERSON_PATHS,
  at: 'OBX-14 | OBR-7',
  testCode: 'OBX-3.1',
  result: 'OBX-5',
  value: 'OBX-5',
  pathogen: 'OBX-3.1',
  note: 'OBX-5.2',
};

/** Plain numbers only. */
export const numberOf = (text: string): number =>
  /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;

/** LOINC wherever in OBX-3 it stands; without one the sender's own code. */
export const testCodeOf = (obx: Segment): string =>
  (obx.get(3, 6) === 'LN' && obx.get(3, 3) !== 'LN' ? obx.get(3, 4) : obx.get(3, 1)) ||
  obx.get(3, 4);

/** One order with what was said about it: the unit of results in ORU, OUL, ORM and OML. */
type Group = {
  pid: Segment | undefined;
  pv1: Segment | undefined;
  obr: Segment | undefined;
  spm: Segment | undefined;
};

/** Table 0085, and 0123 where OBX-11 is empty: what a result's status makes of its row. */
type Standing = 'new' | 'corrected' | 'cancelled' | 'nothing';
const STANDING = new Map<string, Standing>([
  ['C', 'corrected'],
  ['A', 'corrected'],
  ['B', 'corrected'],
  ['X', 'cancelled'],
  ['D', 'cancelled'],
  ['W', 'cancelled'],
  ['I', 'nothing'],
  ['O', 'nothing'],
  ['N', 'nothing'],
]);
function standingOf(status: string, orderStatus: string): Standing {
  const own = STANDING.get(status || orderStatus) ?? 'new';
  return own === 'new' && orderStatus === 'C' ? 'corrected' : own;
}

const PENDING = noObservation(
  'OBX-11',
  '结果尚未报出（I、O 或 N），结果报出后再发即可。',
  'There is no result yet (I, O or N); send it once there is one.',
);

type Value = { value: number; result: string; text: string; isNumber: boolean };
function valueOf(obx: Segment): Value {
  const type = obx.get(2);
  const isCoded = type === 'CWE' || type === 'CE' || type === 'CNE' || type === 'CF';
  const code = obx.get(5, 1);
  // Encapsulated data and pointers say nothing a rule could read, and may be a megabyte.
  if (type === 'ED' || type === 'RP') return { value: NaN, result: '', text: '', isNumber: false };
  const said = isCoded ? obx.get(5, 2) || obx.get(5, 9) : code;
  const number = type === 'SN' ? numberOf(obx.get(5, 2)) : numberOf(code);
  const isNumber = type === 'NM' || type === 'SN';
  const text = isCoded ? said : obx.get(5, 2) || said;
  const result = isNumber ? '' : resultOf(code, text === code ? '' : text, obx.get(8));
  return { value: isNumber ? number : NaN, result, text: isNumber ? '' : text, isNumber };
}

const NOTE_CHARS_MAX = 2_000;

/** Beside the columns: what the record cannot carry yet and a mapping or a mender may ask for. */
function aboutOrder({ obr, spm }: Group, obx: Segment, msh: Segment): Fields {
  return {
    orderNo: obr?.get(3) || obr?.get(2),
    specimen: spm?.get(4, 1) || spm?.get(4, 2) || obr?.get(15, 1),
    collectedAt: hl7Instant(spm?.get(17) || obr?.get(7) || ''),
    reportedAt: firstInstant(obr?.get(22) ?? '', obx.get(19), msh.get(7)),
    performer: obx.get(23, 1) || obx.get(15, 2) || obx.get(15, 1),
    unit: obx.get(6, 1),
  };
}

function labFields(obx: Segment, group: Group, msh: Segment): Fields {
  const { obr } = group;
  const { value, result, text } = valueOf(obx);
  const testCode = testCodeOf(obx);
  const sub = obx.get(4);
  const key = `${obr?.get(3) || obr?.get(2) || msh.get(10)}/${testCode}${sub && `.${sub}`}`;
  const status = obx.get(11);
  const standing = standingOf(status, obr?.get(25) ?? '');
  const isCorrected = standing === 'corrected';
  return {
    kind: 'lab_result',
    id: `${key}/${status}`,
    at: firstInstant(obx.get(14), obr?.get(7) ?? '', obr?.get(22) ?? '', msh.get(7)),
    testCode,
    result,
    value,
    pathogen: pathogenOf(testCode),
    note: (isCorrected ? `更正 corrected: ${text}`.trim() : text).slice(0, NOTE_CHARS_MAX),
    ...aboutOrder(group, obx, msh),
    ...(standing === 'corrected' || standing === 'cancelled'
      ? { status: standing, replaces: key }
      : {}),
  };
}

const NO_PID = fault('PID', '100', '缺少 PID 段（患者）。', 'Segment PID (patient) is missing.');
const NO_OBX = fault(
  'OBX',
  '100',
  '没有任何 OBX 结果段。',
  'There is no OBX segment: the report holds no result.',
);

type Walked = { readonly obx: Segment; readonly group: Group; readonly index: number };

/** Every OBX with its patient, visit, order and specimen, whatever repeats in whatever order. */
function walk(message: Message): { found: Walked[]; orders: Segment[] } {
  const found: Walked[] = [];
  const orders: Segment[] = [];
  // A visit that stands before its patient is his, when he is the only one.
  const isAlone = message.all('PID').length === 1;
  const pv1 = isAlone ? message.first('PV1') : undefined;
  let group: Group = { pid: undefined, pv1, obr: undefined, spm: undefined };
  let index = 0;
  for (const segment of message.segments) {
    const { name } = segment;
    if (name === 'OBX') found.push({ obx: segment, group, index: ++index });
    else if (name === 'PID') group = { pid: segment, pv1, obr: undefined, spm: undefined };
    else if (name === 'PV1') group = { ...group, pv1: segment };
    else if (name === 'OBR') {
      orders.push(segment);
      // A specimen before any order is of those that follow (OUL); one after an order, of that order.
      group = { ...group, obr: segment, spm: group.obr ? undefined : group.spm };
    } else if (name === 'SPM') group.spm ??= segment;
  }
  return { found, orders };
}

/** A row for each OBX that may be one: its own faults ride along. */
function madeOf(
  { obx, group, index }: Walked,
  message: Message,
  msh: Segment,
  person: (pid: Segment) => Fields,
): Made {
  const position = `OBX[${index}]`;
  const segments = [msh, group.pid, group.pv1, group.obr, obx];
  const pid = group.pid ?? message.first('PID');
  if (!pid) return { fields: undefined, position, faults: [NO_PID], segments };
  const standing = standingOf(obx.get(11), group.obr?.get(25) ?? '');
  if (standing === 'nothing') return { fields: undefined, position, faults: [PENDING], segments };
  const placeCode = placeOf(group.pv1, msh);
  const fields = clean({ ...person(pid), placeCode, ...labFields(obx, group, msh) });
  const faults =
    standing === 'cancelled' ? [cancellation('OBX-11', obx.get(11) || 'X')] : undefined;
  return { fields, position, paths: LAB_PATHS, segments, ...(faults ? { faults } : {}) };
}

/** A whole report called off: no OBX, and OBR-25 says X. */
function calledOff(obr: Segment | undefined, pid: Segment, person: (pid: Segment) => Fields): Made {
  if (obr?.get(25) !== 'X') return { fields: undefined, faults: [NO_OBX] };
  const replaces = obr.get(3) || obr.get(2);
  const fields = clean({
    ...person(pid),
    kind: 'lab_result',
    id: `${replaces}//X`,
    status: 'cancelled',
    replaces,
  });
  return { fields, faults: [cancellation('OBR-25', 'X')] };
}

/** Results of ORU and OUL: one row for each OBX, or one that says why there is none. */
export function resultsOf(message: Message, msh: Segment): Made[] {
  const pid = message.first('PID');
  if (!pid) return [{ fields: undefined, faults: [NO_PID] }];
  const person = personCache(message);
  const { found, orders } = walk(message);
  if (found.length === 0) return [calledOff(orders[0], pid, person)];
  return found.map((it) => madeOf(it, message, msh, person));
}

/** Results that ride along in an order; what is asked at order entry (status O or none) is no result. */
export function resultsInOrder(message: Message, msh: Segment): Made[] {
  const person = personCache(message);
  return walk(message)
    .found.filter((it) => {
      const status = it.obx.get(11);
      return status !== '' && standingOf(status, '') !== 'nothing';
    })
    .map((it) => madeOf(it, message, msh, person));
}
