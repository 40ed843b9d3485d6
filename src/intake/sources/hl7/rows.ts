import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldError } from '#base/refusal.ts';
import type { Charset, DecodedRow } from '../model.ts';
import { badBytes, decodeText, showBytes } from '../decode/charset.ts';
import { personOf } from './person.ts';
import { charsetOf, hl7Instant, type Message, readMessage, type Segment } from './reader.ts';

type Fields = Record<string, unknown>;
/** HL7 table 0357 codes ride along: the answer's ERR segment shows them. */
const fault = (path: string, code: string, zh: string, en: string): FieldError => ({
  path,
  code,
  text: { zh, en },
});

const BAD_FRAME = fault(
  '',
  'bad-frame',
  'MLLP 帧不完整或多余：应为 0x0B … 0x1C 0x0D。',
  'Not an MLLP frame: 0x0B … 0x1C 0x0D is expected.',
);
const NO_HEAD = fault(
  'MSH',
  '100',
  '不是 HL7 v2 消息：缺少 MSH 段。',
  'Not an HL7 v2 message: no MSH.',
);

/** HL7 table 0069 (hospital service) and our own codes. */
const DEPARTMENT: Record<string, string> = {
  MED: 'general',
  SUR: 'surgery',
  URO: 'surgery',
  PUL: 'respiratory',
  FEVER: 'fever',
  RESPIRATORY: 'respiratory',
  GASTRO: 'gastro',
  PAEDIATRICS: 'paediatrics',
  PED: 'paediatrics',
  EMERGENCY: 'emergency',
  ED: 'emergency',
  ER: 'emergency',
  INFECTIOUS: 'infectious',
  ICU: 'icu',
  GENERAL: 'general',
  DERMATOLOGY: 'dermatology',
  SURGERY: 'surgery',
  OBSTETRICS: 'obstetrics',
  OBS: 'obstetrics',
};

/** Detected/positive and their opposites: SNOMED CT, HL7 table 0078, and plain words. */
function resultOf(code: string, text: string, flag: string): string {
  if (/^(260373001|10828004)$/.test(code)) return 'positive';
  if (/^(260415000|260385009)$/.test(code)) return 'negative';
  if (/^(82334004|419984006)$/.test(code)) return 'indeterminate';
  const words = `${code} ${text}`.trim().toLowerCase();
  if (/not detected|negative|未检出|阴性|^neg\b|\(-\)/.test(words)) return 'negative';
  if (/indeterminate|inconclusive|equivocal|可疑|不确定/.test(words)) return 'indeterminate';
  if (/detected|positive|检出|阳性|^pos\b|\(\+\)/.test(words)) return 'positive';
  if (flag === 'POS') return 'positive';
  return flag === 'NEG' ? 'negative' : '';
}

const CODES = join(import.meta.dirname, '../../../../data/codes/loinc-pathogens.json');
const PATHOGEN = (JSON.parse(readFileSync(CODES, 'utf8')) as { pathogens: Record<string, string> })
  .pathogens;

const clean = (fields: Fields): Fields => {
  for (const name of Object.keys(fields))
    if (fields[name] === '' || Number.isNaN(fields[name])) delete fields[name];
  return fields;
};

const timeOf = (...texts: string[]): number => {
  for (const text of texts) {
    const at = hl7Instant(text);
    if (!Number.isNaN(at)) return at;
  }
  return Number.NaN;
};

const numberOf = (text: string): number => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN);

const placeOf = (message: Message): string =>
  message.first('PV1')?.get(3, 4) || message.first('MSH')?.get(4) || '';

const testCodeOf = (obx: Segment): string =>
  obx.get(3, 6) === 'LN' && obx.get(3, 3) !== 'LN' ? obx.get(3, 4) : obx.get(3, 1);

function labRow(obx: Segment, obr: Segment | undefined, msh: Segment): Fields {
  const type = obx.get(2);
  const code = obx.get(5, 1);
  const text = obx.get(5, 2) || (type === 'CWE' || type === 'CE' ? '' : code);
  const value = type === 'SN' ? numberOf(obx.get(5, 2)) : numberOf(code);
  const isNumber = type === 'NM' || type === 'SN';
  const testCode = testCodeOf(obx);
  return {
    kind: 'lab_result',
    id: `${obr?.get(3) || msh.get(10)}/${obx.get(1)}/${obx.get(11)}`,
    at: timeOf(obx.get(14), obr?.get(7) ?? '', obr?.get(22) ?? '', msh.get(7)),
    testCode,
    result: isNumber ? '' : resultOf(code, text, obx.get(8)),
    value: isNumber ? value : Number.NaN,
    pathogen: PATHOGEN[testCode] ?? '',
    note: obx.get(11) === 'C' ? `更正 corrected: ${text}`.trim() : isNumber ? '' : text,
  };
}

function labRows(message: Message, msh: Segment): Fields[] {
  const rows: Fields[] = [];
  let obr: Segment | undefined;
  for (const segment of message.segments) {
    if (segment.name === 'OBR') obr = segment;
    if (segment.name === 'OBX') rows.push(labRow(segment, obr, msh));
  }
  return rows;
}

function temperatureOf(message: Message): number {
  const obx = message.all('OBX').find((it) => testCodeOf(it) === '8310-5');
  if (!obx) return Number.NaN;
  const value = numberOf(obx.get(5));
  return /degF/i.test(obx.get(6)) ? Math.round(((value - 32) / 1.8) * 10) / 10 : value;
}

function visitRow(message: Message, msh: Segment, trigger: string): Fields {
  const pv1 = message.first('PV1');
  const pv2 = message.first('PV2');
  const evn = message.first('EVN');
  const complaint = message.all('OBX').find((it) => testCodeOf(it) === '8661-1');
  const isInpatient = trigger === 'A01' || (trigger === 'A08' && pv1?.get(2) === 'I');
  const given = [pv1?.get(10), pv1?.get(3, 1)].map((it) => DEPARTMENT[(it ?? '').toUpperCase()]);
  const times = [evn?.get(6) ?? '', evn?.get(2) ?? '', msh.get(7)];
  return {
    kind: isInpatient ? 'admission' : 'clinic_visit',
    id: `${pv1?.get(19) || msh.get(10)}/${trigger}`,
    at: trigger === 'A08' ? timeOf(...times) : timeOf(pv1?.get(44) ?? '', ...times),
    department: given.find(Boolean) ?? (pv1?.get(2) === 'E' ? 'emergency' : 'general'),
    temperature: temperatureOf(message),
    complaint: complaint?.get(5) || pv2?.get(3, 2) || pv2?.get(3, 1) || '',
    icd10: message.first('DG1')?.get(3) ?? '',
  };
}

/** Rows of a message that is of a type we take; faults when a segment they rest on is missing. */
function rowsOf(message: Message, raw: string): DecodedRow[] {
  const msh = message.first('MSH');
  const pid = message.first('PID');
  const bad = (error: FieldError): DecodedRow[] => [{ fields: undefined, raw, faults: [error] }];
  if (!msh) return bad(NO_HEAD);
  if (!pid)
    return bad(fault('PID', '100', '缺少 PID 段（患者）。', 'Segment PID (patient) is missing.'));
  const isLab = msh.get(9, 1) === 'ORU';
  const found = isLab ? labRows(message, msh) : [visitRow(message, msh, msh.get(9, 2))];
  if (found.length === 0)
    return bad(fault('OBX', '100', '没有任何 OBX 结果段。', 'There is no OBX segment.'));
  const shared = { ...personOf(message, pid), placeCode: placeOf(message) };
  return found.map((it) => ({ fields: clean({ ...shared, ...it }), raw, faults: [] }));
}

/** Text of a message by MSH-18, else by the source's charset; or what byte is wrong. */
export function textOf(bytes: Buffer, charset: Charset): { text: string } | { fault: FieldError } {
  const wire = charsetOf(bytes) ?? charset;
  if (wire === 'latin1') return { text: bytes.toString('latin1') };
  if (wire === 'ascii') {
    const high = bytes.findIndex((byte) => byte > 0x7f);
    if (high < 0) return { text: bytes.toString('latin1') };
    return {
      fault: badBytes(Buffer.concat([bytes.subarray(0, high), Buffer.from([255])]), 'utf-8'),
    };
  }
  const text = decodeText(bytes, wire);
  return text === undefined ? { fault: badBytes(bytes, wire) } : { text };
}

/** Rows of one logged message, or of what came instead of one. Always at least one row. */
export function decodeMessage(bytes: Buffer, charset: Charset, isBadFrame: boolean): DecodedRow[] {
  const read = textOf(bytes, charset);
  if ('fault' in read) return [{ fields: undefined, raw: showBytes(bytes), faults: [read.fault] }];
  const raw = read.text;
  if (isBadFrame) return [{ fields: undefined, raw, faults: [BAD_FRAME] }];
  const message = readMessage(raw);
  return message ? rowsOf(message, raw) : [{ fields: undefined, raw, faults: [NO_HEAD] }];
}
