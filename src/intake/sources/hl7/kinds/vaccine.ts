import type { Message, Segment } from '../reader.ts';
import { firstInstant } from '../times.ts';
import { clean, type Made, PERSON_PATHS, personCache, placeOf } from './shared.ts';
import { cancellation, fault, noObservation } from './types.ts';

const PATHS: Readonly<Record<string, string>> = {
  ...PERSON_PATHS,
  placeCode: 'RXA-11 | PV1-3.4 | MSH-4',
  at: 'RXA-3',
  category: 'RXA-5.1',
  note: 'RXA-5.2',
};

const NOT_GIVEN = noObservation(
  'RXA-20',
  '未接种（拒绝、未完成或无接种记录）。',
  'Nothing was given (refused, not done, or no vaccine at all).',
);
const NO_RXA = fault('RXA', '100', '没有 RXA 接种段。', 'There is no RXA segment.');
const NO_PID = fault('PID', '100', '缺少 PID 段（患者）。', 'Segment PID (patient) is missing.');
/** CVX: nothing administered. */
const NO_VACCINE = '998';

const isGiven = (rxa: Segment): boolean =>
  rxa.get(20) !== 'RE' && rxa.get(20) !== 'NA' && rxa.get(5, 1) !== NO_VACCINE;

/** A row for each vaccination of a VXU. */
export function vaccinesOf(message: Message, msh: Segment): Made[] {
  const pid = message.first('PID');
  if (!pid) return [{ fields: undefined, faults: [NO_PID] }];
  const person = personCache(message)(pid);
  const made: Made[] = [];
  let orc: Segment | undefined;
  for (const rxa of message.segments) {
    if (rxa.name === 'ORC') orc = rxa;
    if (rxa.name !== 'RXA') continue;
    const position = `RXA[${made.length + 1}]`;
    const segments = [msh, pid, orc, rxa];
    if (!isGiven(rxa)) {
      made.push({ fields: undefined, position, faults: [NOT_GIVEN], segments });
      continue;
    }
    const category = rxa.get(5, 1) || rxa.get(5, 4);
    const key = `${orc?.get(3) || orc?.get(2) || msh.get(10)}/${category}`;
    const action = rxa.get(21);
    const status = action === 'D' ? 'cancelled' : action === 'U' ? 'corrected' : '';
    const fields = clean({
      ...person,
      placeCode: rxa.get(11, 4) || placeOf(message.first('PV1'), msh),
      kind: 'immunization',
      id: `${key}/${action || 'A'}`,
      at: firstInstant(rxa.get(3), rxa.get(4), msh.get(7)),
      category,
      note: rxa.get(5, 2) || rxa.get(5, 5),
      lotNo: rxa.get(15),
      status,
      replaces: status && key,
    });
    const faults = action === 'D' ? { faults: [cancellation('RXA-21', 'D')] } : {};
    made.push({ fields, position, paths: PATHS, segments, ...faults });
  }
  return made.length > 0 ? made : [{ fields: undefined, faults: [NO_RXA] }];
}
