import type { IdType } from '#base/kinds.ts';
import type { Message, Segment } from '../reader.ts';
import { hl7Day } from '../times.ts';

type Fields = Record<string, unknown>;

/** HL7 table 0203, and what Chinese hospitals write there. */
const ID_TYPE: Record<string, IdType> = {
  NNCHN: 'citizen',
  NI: 'citizen',
  NN: 'citizen',
  PPN: 'passport',
  PRC: 'resident',
  HKMO: 'hkmo',
  TWN: 'taiwan',
};
const SEX: Record<string, string> = { M: '1', F: '2', U: '0', O: '9', '1': '1', '2': '2' };

/** Identifiers looked at: more are no patient's, and reading each costs the length of all. */
const IDS_MAX = 20;

function idOf(pid: Segment): Fields {
  const ids = Math.min(pid.repeats(3), IDS_MAX);
  for (let i = 0; i < ids; i++) {
    const idType = ID_TYPE[pid.get(3, 5, i).toUpperCase()];
    const idNo = pid.get(3, 1, i);
    if (idType && idNo) return { idType, idNo };
  }
  return {};
}

function nameOf(pid: Segment): string {
  // Of several names the first that is one: some senders leave the first place to a pseudonym's type.
  const n = pid.get(5, 1) === '' && pid.get(5, 2) === '' && pid.repeats(5) > 1 ? 1 : 0;
  const family = pid.get(5, 1, n);
  const given = pid.get(5, 2, n);
  return /\p{Script=Han}/u.test(family + given) ? family + given : `${given} ${family}`.trim();
}

const isArea = (text: string): boolean => /^\d{12}(\d{2})?$/.test(text);

/** The school or workplace: NK1 whose relation is employer or school, its organisation's id (XON-10 or XON-3). */
function unitOf(message: Message): string {
  for (const nk1 of message.all('NK1')) {
    const relation = `${nk1.get(3).toUpperCase()} ${nk1.get(7).toUpperCase()}`;
    if (/\b(EMP|SCH|EMR|E)\b/.test(relation)) return nk1.get(13, 10) || nk1.get(13, 3);
  }
  return '';
}

/** Person fields of a row from PID and NK1; absent ones are left out. */
export function personOf(message: Message, pid: Segment): Fields {
  const areas = [pid.get(12), pid.get(11, 9), pid.get(11, 10)];
  const fields: Fields = {
    ...idOf(pid),
    name: nameOf(pid),
    sex: SEX[pid.get(8).toUpperCase()] ?? '',
    bornOn: hl7Day(pid.get(7)),
    phone: pid.get(13, 12) || pid.get(13, 1) || pid.get(13, 6) + pid.get(13, 7),
    address: [pid.get(11, 4), pid.get(11, 3), pid.get(11, 1)].filter(Boolean).join(' '),
    areaCode: areas.find(isArea) ?? '',
    unitCode: unitOf(message),
  };
  for (const name of Object.keys(fields)) if (fields[name] === '') delete fields[name];
  return fields;
}
