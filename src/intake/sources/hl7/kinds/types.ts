import type { FieldError } from '#base/refusal.ts';
import type { Message, Segment } from '../reader.ts';

/**
 * What a message is to us. `nothing`: of a type we take, about no observation (a new address, a merge,
 * a booking of a bed): kept and counted, and no error of its sender.
 */
export type Sense =
  | 'results'
  | 'orders'
  | 'vaccines'
  | 'visit'
  | 'update'
  | 'discharge'
  | 'cancel'
  | 'nothing';

const ADT = new Map<string, Sense>(
  Object.entries({
    A01: 'visit',
    A04: 'visit',
    A06: 'visit',
    A07: 'visit',
    A02: 'update',
    A08: 'update',
    A03: 'discharge',
    A11: 'cancel',
    A12: 'cancel',
    A13: 'cancel',
    A23: 'cancel',
  }),
);

const OTHERS = new Map<string, Sense>(
  Object.entries({
    'ORU^R01': 'results',
    'ORU^R30': 'results',
    'ORU^R31': 'results',
    'ORU^R32': 'results',
    'ORU^R40': 'results',
    'OUL^R21': 'results',
    'OUL^R22': 'results',
    'OUL^R23': 'results',
    'OUL^R24': 'results',
    'ORM^O01': 'orders',
    'OMG^O19': 'orders',
    'OML^O21': 'orders',
    'OML^O33': 'orders',
    'OML^O35': 'orders',
    'OML^O39': 'orders',
    'VXU^V04': 'vaccines',
  }),
);
/** Versions before 2.3 may leave the event out of MSH-9. */
const WITHOUT_EVENT = new Map(
  Object.entries({
    ORU: 'R01',
    ORM: 'O01',
    OML: 'O21',
    OMG: 'O19',
    VXU: 'V04',
  }),
);
const TAKEN = 'ORU, OUL, ADT, ORM, OML, OMG, VXU';

/** The event: MSH-9.2, in older versions EVN-1, else what the type allows. */
export function triggerOf(message: Message, msh: Segment): string {
  const event = msh.get(9, 2);
  if (event !== '') return event;
  const structure = /^ADT_(A\d\d)$/.exec(msh.get(9, 3))?.[1];
  return message.first('EVN')?.get(1) || structure || (WITHOUT_EVENT.get(msh.get(9, 1)) ?? '');
}

/** Undefined for types we do not take. */
export function senseOf(type: string, trigger: string): Sense | undefined {
  if (type === 'ADT') return ADT.get(trigger) ?? (/^A\d\d$/.test(trigger) ? 'nothing' : undefined);
  return OTHERS.get(`${type}^${trigger}`);
}

export const fault = (
  path: string,
  code: string,
  zh: string,
  en: string,
  more: { readonly value?: string; readonly allowed?: string } = {},
): FieldError => ({ path, code, ...more, text: { zh, en } });

const shown = (text: string): string => text.replace(/[^\w^.-]/g, '?').slice(0, 24);

/** Why a message is rejected outright (AR): nothing a corrected copy of the same kind could mend. */
export function rejectionOf(message: Message, msh: Segment): FieldError | undefined {
  const trigger = triggerOf(message, msh);
  if (!senseOf(msh.get(9, 1), trigger)) {
    const type = shown(trigger === '' ? msh.get(9, 1) : `${msh.get(9, 1)}^${trigger}`);
    const zh = `不接收此类消息：${type}；本平台只需要就诊、检验、医嘱和接种消息。`;
    const en = `Message type not taken: ${type}. Visits, results, orders and vaccinations are wanted here.`;
    return fault('MSH-9', '200', zh, en, { value: type, allowed: TAKEN });
  }
  if (!/^2\.[1-8](\.\d)?$/.test(msh.get(12))) {
    const zh = '只接收 HL7 2.1–2.8 版（MSH-12）。';
    const en = 'Only HL7 versions 2.1 to 2.8 (MSH-12).';
    return fault('MSH-12', '203', zh, en, { value: shown(msh.get(12)), allowed: '2.1 … 2.8' });
  }
  if (msh.get(11) !== 'P') {
    const zh = '只接收生产消息：MSH-11 应为 P；测试消息请用 intake --dry-run 检查。';
    const en = 'Only production messages: MSH-11 is P. Check test messages with intake --dry-run.';
    return fault('MSH-11', '202', zh, en, { value: shown(msh.get(11)), allowed: 'P' });
  }
  return undefined;
}

/** Nothing to mend at the sender's: the message was right, and there is no record to make of it. */
export const noObservation = (path: string, zh: string, en: string): FieldError =>
  fault(path, 'no-observation', `${zh}无需更正。`, `${en} Nothing is to be mended.`);

/** A row that takes back an earlier one: it makes no record of its own. */
export const cancellation = (path: string, value: string): FieldError =>
  fault(
    path,
    'cancellation',
    '此行撤销先前的记录，不产生新记录；已连同所撤销记录的键保留，发送方无需更正。',
    'This row takes back an earlier record and makes none; it is kept with the key of what it takes back.',
    { value },
  );

/** Codes that say nothing against the sender: such a message is answered AA. */
export const BLAMELESS: ReadonlySet<string> = new Set(['no-observation', 'cancellation']);
