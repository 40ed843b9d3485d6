import type { FieldError } from '#base/refusal.ts';
import { showBytes } from '../decode/charset.ts';
import type { Charset, DecodedRow } from '../model.ts';
import { fromHead, textOf } from './charset.ts';
import { diagnosesOf } from './kinds/diagnosis.ts';
import { resultsInOrder, resultsOf } from './kinds/lab.ts';
import { type Made, rowsOfMade } from './kinds/shared.ts';
import { fault, noObservation, rejectionOf, senseOf, triggerOf } from './kinds/types.ts';
import { vaccinesOf } from './kinds/vaccine.ts';
import { visitsOf } from './kinds/visit.ts';
import { type Message, readMessage, type Segment } from './reader.ts';

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
const ONLY_AN_ORDER = noObservation(
  'OBX',
  '医嘱不含结果或诊断。',
  'The order carries neither a result nor a diagnosis.',
);

function ordersOf(message: Message, msh: Segment): Made[] {
  const obr = message.first('OBR');
  const orc = message.first('ORC');
  const order = orc?.get(2) || obr?.get(2) || obr?.get(3) || msh.get(10);
  const asked = orc?.get(9) || obr?.get(7) || '';
  const rows = [...resultsInOrder(message, msh), ...diagnosesOf(message, msh, order, asked)];
  return rows.length > 0 ? rows : [{ fields: undefined, faults: [ONLY_AN_ORDER] }];
}

/** Rows of a message; faults when it is of no type we take or a segment they rest on is missing. */
function madeOf(message: Message, msh: Segment): Made[] {
  const trigger = triggerOf(message, msh);
  const sense = senseOf(msh.get(9, 1), trigger);
  if (!sense) {
    const why = rejectionOf(message, msh);
    return [{ fields: undefined, faults: why ? [why] : [NO_HEAD] }];
  }
  if (sense === 'results') return resultsOf(message, msh);
  if (sense === 'orders') return ordersOf(message, msh);
  if (sense === 'vaccines') return vaccinesOf(message, msh);
  return visitsOf(message, msh, sense, trigger);
}

/** Rows of one logged message, or of what came instead of one. Always at least one row. */
export function decodeMessage(bytes: Buffer, charset: Charset, isBadFrame: boolean): DecodedRow[] {
  const bad = (raw: string, error: FieldError): DecodedRow[] => [
    { fields: undefined, raw, faults: [error] },
  ];
  const whole = fromHead(bytes);
  const read = textOf(whole, charset);
  if ('fault' in read) return bad(showBytes(whole), read.fault);
  const raw = read.text;
  if (isBadFrame) return bad(raw, BAD_FRAME);
  const message = readMessage(raw);
  const msh = message?.segments[0];
  if (!message || !msh) return bad(raw, NO_HEAD);
  const rows = rowsOfMade(madeOf(message, msh), raw);
  const why = rejectionOf(message, msh);
  // By HTTP such a message is kept, so what MLLP would answer AR is said of each of its rows.
  if (!why || rows[0]?.faults[0]?.code === why.code) return rows;
  return rows.map((it) => ({ ...it, faults: [why, ...it.faults] }));
}
