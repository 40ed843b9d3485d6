import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idBirthDay, idFault, idSex, usccHolds } from '#base/checksums.ts';
import { makeCity } from '../city.ts';
import { SMALL_MAP } from '../map/geography.ts';
import { citizenNumber, SLOTS } from './documents.ts';
import { personAt } from './person.ts';

const city = makeCity({ seed: 5, persons: 20_000, map: SMALL_MAP });

test('a person is the same whoever is drawn before', () => {
  const other = makeCity({ seed: 5, persons: 20_000, map: SMALL_MAP });
  for (const i of [19_999, 7, 12_345, 0]) assert.deepEqual(personAt(other, i), personAt(city, i));
  assert.notDeepEqual(personAt({ ...city, seed: 6 }, 7).name, personAt(city, 7).name);
});

test('identity numbers hold, agree with birth and sex, and belong to nobody', () => {
  const seen = new Set<string>();
  const kinds = new Set<string>();
  for (let i = 0; i < city.persons; i++) {
    const person = personAt(city, i);
    kinds.add(person.idType);
    assert.ok(!seen.has(person.idNo));
    seen.add(person.idNo);
    if (person.idType !== 'citizen') continue;
    assert.equal(idFault(person.idNo), undefined);
    assert.equal(idBirthDay(person.idNo), person.bornOn);
    assert.equal(idSex(person.idNo), person.sex);
    assert.ok(person.idNo.startsWith('9901'));
    assert.match(person.phone, /^154\d{8}$/);
  }
  assert.deepEqual([...kinds].sort(), ['citizen', 'hkmo', 'passport']);
});

test('twelve million persons would not share a number even if all were of one year', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 200_000; i++) {
    seen.add(citizenNumber(Math.floor((i / 200_000) * 12_000_000), 1990, '1').idNo);
  }
  assert.equal(seen.size, 200_000);
  assert.ok(SLOTS > 12_000_000);
});

test('households live at one door and in one community; children go to school', () => {
  let [pupils, atSchool] = [0, 0];
  for (let i = 0; i < 5000; i++) {
    const person = personAt(city, i);
    const first = personAt(city, person.home.first);
    assert.equal(person.address, first.address);
    assert.equal(person.areaCode.slice(0, 12), city.communities[person.community]?.code);
    if (person.age < 6 || person.age > 14) continue;
    pupils += 1;
    if (/school$/.test(city.places[person.unit]?.kind ?? '')) atSchool += 1;
  }
  assert.ok(pupils > 200 && atSchool === pupils);
});

test('places carry codes of their own, a USCC that holds, and stand in their community', () => {
  assert.equal(new Set(city.places.map((p) => p.code)).size, city.places.length);
  for (const place of city.places) {
    assert.ok(usccHolds(place.uscc));
    assert.equal(place.areaCode.slice(0, 12), city.communities[place.community]?.code);
  }
});
