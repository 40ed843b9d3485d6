import { CITY_OFFSET } from '#base/time.ts';
import { bits } from '../chance.ts';
import type { Arrival, Row } from '../records/row.ts';
import { SOURCE_BY_CODE } from '../records/sources.ts';

/** HL7 v2.5.1 escapes (ch. 2.7), and no line breaks inside a field. */
const esc = (text: string | number | undefined): string =>
  String(text ?? '')
    .replaceAll('\\', '\\E\\')
    .replaceAll('|', '\\F\\')
    .replaceAll('^', '\\S\\')
    .replaceAll('&', '\\T\\')
    .replaceAll('~', '\\R\\')
    .replaceAll(/[\r\n]+/g, ' ');

/** YYYYMMDDHHMMSS+0800. A text that is no instant passes as it came: bad rows stay bad. */
function stamp(at: number | string | undefined): string {
  if (typeof at === 'number') {
    const text = new Date(at + CITY_OFFSET).toISOString().slice(0, 19);
    return `${text.replaceAll(/[-:T]/g, '')}+0800`;
  }
  return String(at ?? '')
    .replace(/\+08:00$/, '+0800')
    .replaceAll(/[-:T]/g, '');
}

/** HL7 table 0203: what kind of document PID-3 carries, and who assigned it. */
const ID_TYPE: Record<string, string> = {
  citizen: 'MPS&990101&GB^NNCHN',
  passport: 'NIA&990101&GB^PPN',
  hkmo: 'NIA&990101&GB^HKMO',
  taiwan: 'NIA&990101&GB^TWN',
  resident: 'NIA&990101&GB^PRC',
};

const segment = (...fields: (string | number)[]): string => fields.join('|').replace(/\|+$/, '');

function pid(row: Row): string {
  const name = String(row.name ?? '');
  const [given = '', family = ''] = name.includes(' ')
    ? name.split(' ')
    : [name.slice(1), name.slice(0, 1)];
  const id = row.idNo ? `${esc(row.idNo)}^^^${ID_TYPE[String(row.idType)] ?? ''}` : '';
  const born = String(row.bornOn ?? '').replaceAll('-', '');
  const sex = { '1': 'M', '2': 'F' }[String(row.sex)] ?? 'U';
  const address = row.address
    ? `${esc(row.address)}^^^^^CHN^H^^${esc(row.areaCode)}`
    : `^^^^^^^^${esc(row.areaCode)}`;
  const phone = row.phone ? `^PRN^CP^^^^^^^^^${esc(row.phone)}` : '';
  const person = [`${esc(family)}^${esc(given)}`, '', born, sex, '', '', address, '', phone];
  return segment('PID', 1, '', id, '', ...person);
}

/** School or workplace as next of kin of the kind «organisation»: relation SCH or EMP, id in XON-10. */
function nk1(row: Row): string[] {
  if (!row.unitCode) return [];
  const isSchool = /^JZ(2[5-9]|3[0-3])/.test(String(row.unitCode));
  const relation = isSchool ? 'SCH^School^L' : 'EMP^Employer^HL70063';
  const organisation = `^^^^^^^^^${esc(row.unitCode)}`;
  return [segment('NK1', 1, '', relation, '', '', '', '', '', '', '', '', '', organisation)];
}

const head = (arrival: Arrival, type: string, control: string): string => {
  const source = SOURCE_BY_CODE.get(arrival.source);
  const charset = source?.charset === 'gb18030' ? 'GB 18030-2000' : 'UNICODE UTF-8';
  const { application = '', facility = '' } = source?.hl7 ?? {};
  const from = [application, facility, 'FENGHUO', 'JIANGZHOU', stamp(arrival.at), ''];
  const what = [type, esc(control), 'P', '2.5.1', '', '', '', '', '', charset, 'zh'];
  return segment('MSH', '^~\\&', ...from, ...what);
};

function pv1(row: Row, isInpatient: boolean): string {
  const fields = new Array<string>(45).fill('');
  fields[0] = 'PV1';
  fields[1] = '1';
  fields[2] = isInpatient ? 'I' : row.department === 'emergency' ? 'E' : 'O';
  fields[3] = `${esc(row.department)}^^^${esc(row.placeCode)}`;
  fields[10] = esc(row.department);
  fields[19] = esc(row.id);
  fields[44] = stamp(row.at);
  return segment(...fields);
}

function adt(arrival: Arrival, trigger: 'A01' | 'A04' | 'A08'): string {
  const { row, kind } = arrival;
  const observations: string[] = [];
  const observe = (
    type: string,
    code: string,
    value: string | number | undefined,
    unit = '',
  ): void => {
    if (value === undefined) return;
    observations.push(
      segment(
        'OBX',
        observations.length + 1,
        type,
        `${code}^LN`,
        '',
        esc(value),
        unit,
        '',
        '',
        '',
        '',
        'F',
      ),
    );
  };
  observe('NM', '8310-5^Body temperature', row.temperature, 'Cel');
  observe('TX', '8661-1^Chief complaint', row.complaint);
  observe('DT', '11368-8^Onset', row.onsetOn && String(row.onsetOn).replaceAll('-', ''));
  return message([
    head(arrival, `ADT^${trigger}^ADT_A01`, `${row.id}/${trigger}`),
    segment('EVN', trigger, stamp(trigger === 'A08' ? arrival.at : row.at)),
    pid(row),
    ...nk1(row),
    pv1(row, kind === 'admission'),
    segment('PV2', '', '', `^${esc(row.complaint)}`),
    ...observations,
    ...(row.icd10 ? [segment('DG1', 1, '', `${esc(row.icd10)}^^I10`, '', '', 'W')] : []),
  ]);
}

function oru(arrival: Arrival): string {
  const { row } = arrival;
  const code = `${esc(row.testCode)}^^LN`;
  const at = stamp(row.at);
  const coded = row.result === 'positive' ? '260373001^Detected^SCT' : '260415000^Not detected^SCT';
  const [type, value] = row.result ? ['CWE', coded] : ['NM', esc(row.value)];
  const flag = row.result === 'positive' ? 'POS' : row.result ? 'NEG' : '';
  return message([
    head(arrival, 'ORU^R01^ORU_R01', String(row.id)),
    pid(row),
    ...nk1(row),
    segment('PV1', 1, 'O', `LAB^^^${esc(row.placeCode)}`),
    segment('OBR', 1, '', esc(row.id), code, '', '', at),
    segment('OBX', 1, type ?? '', code, '', value ?? '', '', '', flag, '', '', 'F', '', '', at),
    segment('SPM', 1, '', '', '258500001^Nasopharyngeal swab^SCT'),
  ]);
}

const message = (segments: string[]): string => `${segments.join('\r')}\r`;

/** Every twentieth visit is corrected once more by an A08. */
const isUpdated = (arrival: Arrival): boolean =>
  arrival.kind === 'clinic_visit' &&
  bits(7, arrival.happenedAt / 1000, arrival.row.id.length) % 20 === 0;

/** The messages of a row: ADT^A04 a visit (and its A08), ADT^A01 an admission, ORU^R01 a result. */
export function messagesOf(arrival: Arrival): string[] {
  if (arrival.kind === 'lab_result') return [oru(arrival)];
  if (arrival.kind === 'admission') return [adt(arrival, 'A01')];
  return isUpdated(arrival) ? [adt(arrival, 'A04'), adt(arrival, 'A08')] : [adt(arrival, 'A04')];
}

/** The id under which intake files a row: hospitals' rows get theirs from the message. */
export function intakeId(arrival: Arrival): string {
  const { id, testCode } = arrival.row;
  if (arrival.kind === 'lab_result') return `${id}/${testCode}/F`;
  if (arrival.kind === 'admission') return `${id}/A01`;
  return arrival.kind === 'clinic_visit' ? `${id}/A04` : id;
}
