/**
 * `npm run bench -- decode [--seconds N]`: HL7 v2 messages decoded to rows on one core, nothing else
 * done: a visit of a fever clinic and a laboratory report, as the sample city's hospitals send them.
 */
import { parseArgs } from 'node:util';
import { decodeBlock } from '#intake/sources/index.ts';
import { median, positive, report, whole } from '../kit.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '2' } } });
const seconds = positive('seconds', values.seconds);

const adt = [
  'MSH|^~\\&|HIS|JZ001|FENGHUO|JZ|20261120083000||ADT^A04^ADT_A01|M1|P|2.5.1||||||UNICODE UTF-8',
  'EVN|A04|20261120083000',
  'PID|1||110105194912310021^^^^MR~11010519491231002X^^^^NNCHN||张^三||19491231|F|||第一大街1号^^江州^^^^^^340101001001||^PRN^PH^^^^13800000000',
  'NK1|1|江州一中|SCH|||||||||江州一中|^^S0001^^^^^^^S0001',
  'PV1|1|O|FEVER^^^H001||||||||FEVER',
  'PV2|||^发热咳嗽',
  'OBX|1|NM|8310-5^Temp^LN||38.6|Cel|||||F',
  'DG1|1||J11.1^流感^I10',
].join('\r');
const oru = [
  'MSH|^~\\&|LIS|JZ001|||20261120||ORU^R01|M2|P|2.5.1||||||UNICODE UTF-8',
  'PID|||11010519491231002X^^^^NNCHN||张^三||19491231|F',
  'OBR|1||F77|94500-6^^LN|||20261119120000',
  'OBX|1|CWE|94500-6^SARS-CoV-2^LN||260373001^Detected^SCT||||||F|||20261119140000',
  'OBX|2|ST|92142-9^Flu A^LN||阴性||||||F',
  'OBX|3|SN|26464-8^WBC^LN||>^12.5|10*9/L|||||F',
].join('\r');

function rateOf(text: string): number {
  const bytes = Buffer.from(text);
  const block = { format: 'hl7;utf-8', flags: 0, bytes };
  const until = performance.now() + seconds * 1000;
  const begun = performance.now();
  let messages = 0;
  while (performance.now() < until) {
    for (let i = 0; i < 200; i++) if (decodeBlock(block).length === 0) throw new Error('no rows');
    messages += 200;
  }
  return messages / ((performance.now() - begun) / 1000);
}

/** At the promised 2,000 messages a second, decoded at the door and by the worker: a quarter of a core. */
const LIMIT = 15_000;

for (const [name, text] of [
  ['a visit (ADT)', adt],
  ['three results (ORU)', oru],
] as const) {
  rateOf(text);
  const rate = median([rateOf(text), rateOf(text), rateOf(text)]);
  report({
    promise: `HL7 v2 decoding, one core: ${name}`,
    measured: `${whole(rate)} messages/s`,
    limit: `≥ ${whole(LIMIT)} messages/s`,
    ratio: rate / LIMIT,
    kept: rate >= LIMIT,
  });
}
