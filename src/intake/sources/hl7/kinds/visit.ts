import type { Message, Segment } from '../reader.ts';
import { firstInstant } from '../times.ts';
import { diagnosesOf, icd10Of } from './diagnosis.ts';
import { numberOf, testCodeOf } from './lab.ts';
import { clean, type Fields, type Made, PERSON_PATHS, placeOf } from './shared.ts';
import { personOf } from './person.ts';
import { cancellation, fault, noObservation, type Sense } from './types.ts';

const PATHS: Readonly<Record<string, string>> = {
  ...PERSON_PATHS,
  at: 'PV1-44 | EVN-6 | EVN-2 | MSH-7',
  department: 'PV1-10 | PV1-3.1',
  temperature: 'OBX-5 (8310-5)',
  complaint: 'PV2-3',
  icd10: 'DG1-3.1',
};

/** HL7 table 0069 (hospital service) and our own codes. */
const DEPARTMENT = new Map(
  Object.entries({
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
  }),
);

const NO_PID = fault('PID', '100', '缺少 PID 段（患者）。', 'Segment PID (patient) is missing.');

function temperatureOf(message: Message): number {
  const obx = message.segments.find((it) => it.name === 'OBX' && testCodeOf(it) === '8310-5');
  if (!obx) return Number.NaN;
  const value = numberOf(obx.get(5));
  return /degF/i.test(obx.get(6)) ? Math.round(((value - 32) / 1.8) * 10) / 10 : value;
}

/** What all messages about one visit share: its number, else that of the message. */
const visitKeyOf = (pv1: Segment | undefined, msh: Segment): string => pv1?.get(19) || msh.get(10);

const INPATIENT_TRIGGERS = new Set(['A01', 'A06']);
const isInpatient = (trigger: string, pv1: Segment | undefined): boolean =>
  INPATIENT_TRIGGERS.has(trigger) ||
  (trigger !== 'A04' && trigger !== 'A07' && pv1?.get(2) === 'I') ||
  trigger === 'A02';

function visitRow(message: Message, msh: Segment, trigger: string): Fields {
  const pv1 = message.first('PV1');
  const pv2 = message.first('PV2');
  const evn = message.first('EVN');
  const complaint = message.segments.find((it) => it.name === 'OBX' && testCodeOf(it) === '8661-1');
  const given = [pv1?.get(10), pv1?.get(3, 1)].map((it) =>
    DEPARTMENT.get((it ?? '').toUpperCase()),
  );
  const times = [evn?.get(6) ?? '', evn?.get(2) ?? '', msh.get(7)];
  const isLater = trigger === 'A08' || trigger === 'A02';
  return {
    kind: isInpatient(trigger, pv1) ? 'admission' : 'clinic_visit',
    id: `${visitKeyOf(pv1, msh)}/${trigger}`,
    at: isLater ? firstInstant(...times) : firstInstant(pv1?.get(44) ?? '', ...times),
    department: given.find(Boolean) ?? (pv1?.get(2) === 'E' ? 'emergency' : 'general'),
    temperature: temperatureOf(message),
    complaint: complaint?.get(5) || pv2?.get(3, 2) || pv2?.get(3, 1) || '',
    icd10: icd10Of(message.first('DG1')),
  };
}

/** What a cancelling event takes back, as the id of its row begins. */
const CANCELS: Readonly<Record<string, string>> = { A12: '/A02', A13: '/A03' };

function cancelled(message: Message, msh: Segment, pid: Segment, trigger: string): Made {
  const pv1 = message.first('PV1');
  const key = visitKeyOf(pv1, msh);
  const fields = clean({
    ...personOf(message, pid),
    placeCode: placeOf(pv1, msh),
    kind:
      trigger === 'A13' ? 'diagnosis' : isInpatient(trigger, pv1) ? 'admission' : 'clinic_visit',
    id: `${key}/${trigger}`,
    at: firstInstant(message.first('EVN')?.get(2) ?? '', msh.get(7)),
    status: 'cancelled',
    replaces: `${key}${CANCELS[trigger] ?? ''}`,
  });
  return { fields, paths: PATHS, faults: [cancellation('MSH-9.2', trigger)] };
}

const NOT_ABOUT_A_VISIT = noObservation(
  'MSH-9.2',
  '此消息不含就诊或观察（登记、合并、预约等），已计数保存。',
  'This message tells of no visit (registration, merge, booking …); it was counted and kept.',
);
const NO_VISIT = noObservation(
  'PV1',
  '更新消息没有 PV1 段，只涉及个人资料。',
  'The update has no PV1 segment: it is about the person only.',
);
const NO_DIAGNOSIS = noObservation(
  'DG1',
  '出院消息没有 DG1 诊断。',
  'The discharge names no diagnosis (DG1).',
);

/** Rows of an ADT message: one for a visit or its update, one for each diagnosis of a discharge. */
export function visitsOf(message: Message, msh: Segment, sense: Sense, trigger: string): Made[] {
  if (sense === 'nothing') return [{ fields: undefined, faults: [NOT_ABOUT_A_VISIT] }];
  const pid = message.first('PID');
  if (!pid) return [{ fields: undefined, faults: [NO_PID] }];
  if (sense === 'cancel') return [cancelled(message, msh, pid, trigger)];
  const pv1 = message.first('PV1');
  const key = visitKeyOf(pv1, msh);
  if (sense === 'discharge') {
    const at = pv1?.get(45) || message.first('EVN')?.get(2) || '';
    const rows = diagnosesOf(message, msh, `${key}/A03`, at);
    return rows.length > 0 ? rows : [{ fields: undefined, faults: [NO_DIAGNOSIS] }];
  }
  if (sense === 'update' && !pv1) return [{ fields: undefined, faults: [NO_VISIT] }];
  const fields = {
    ...personOf(message, pid),
    placeCode: placeOf(pv1, msh),
    ...visitRow(message, msh, trigger),
    ...(sense === 'update' ? { status: 'corrected', replaces: key } : {}),
  };
  return [{ fields: clean(fields), paths: PATHS }];
}
