import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePredicate } from './parse.ts';

const faultsOf = (source: string) =>
  parsePredicate(source, {
    on: ['clinic_visit'],
    codeSets: new Set(['riskAreas', 'flu']),
  }).faults.map((fault) => `${fault.at} ${fault.code} ${fault.text.en}`);

test('a mistyped field is named at its character, with the name that was meant', () => {
  assert.deepEqual(faultsOf('age > 3 && temprature >= 38'), [
    '11 unknown-field There is no field "temprature": did you mean temperature',
  ]);
});

test('all faults of a predicate are told at once', () => {
  assert.deepEqual(
    faultsOf('temperature == "38" && department == "feverr" && icd10 in codes.flue').map((f) =>
      f.split(' ').slice(0, 2).join(' '),
    ),
    ['12 type', '34 unknown-value', '63 unknown-codes'],
  );
});

test('what is outside the subset is refused by name', () => {
  assert.match(faultsOf('temperature + 1 > 38').join(), /nothing else is supported/);
  assert.match(faultsOf('cough ? rash : cough').join(), /"\?:" is not supported/);
  assert.match(faultsOf('size(complaint)').join(), /"size" is not supported/);
  assert.match(faultsOf('[1].exists(x, x == 1)').join(), /supported/);
  assert.match(faultsOf('complaint > "a"').join(), /for numbers and days/);
  assert.match(faultsOf('complaint.matches("(a+)+b")').join(), /outside the safe subset/);
  assert.match(faultsOf('complaint.matches("(?=a)")').join(), /outside the safe subset/);
  assert.match(faultsOf('complaint.matches("(a)\\\\1")').join(), /outside the safe subset/);
  assert.match(faultsOf('cough == 1').join(), /write true or false/);
  assert.match(faultsOf('fromCity == "x"').join(), /never on clinic_visit/);
  assert.match(faultsOf('temperature').join(), /not a truth value/);
});

test('a syntax error is told at its character', () => {
  assert.match(faultsOf('age >').join(), /^4 syntax/);
});

test('a very long predicate is refused', () => {
  assert.match(faultsOf('age > 1 || '.repeat(400)).join(), /too long/);
});
