import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { HOUR } from '../../src/base/time.ts';
import { messagesOf } from '../../tools/city/hl7/write.ts';
import { type Person, personAt } from '../../tools/city/people/person.ts';
import { sendMllp } from '../builders/house.ts';
import { commandPage } from './pages/command.ts';
import { alertsOf, at, whoOf, titleOf } from './rows.ts';
import type { Stage } from './stage.ts';

const RULE = 'school-fever-cluster';
const TITLE = titleOf(RULE);

/** Pupils of the largest middle or primary school, in the order of the register. */
function pupilsOf({ city }: Stage): { school: string; name: string; pupils: Person[] } {
  const bySchool = new Map<string, Person[]>();
  for (let i = 0; i < city.persons; i++) {
    const person = personAt(city, i);
    if (!/^JZ2[5-7]/.test(person.unitCode) || person.idType !== 'citizen') continue;
    bySchool.set(person.unitCode, [...(bySchool.get(person.unitCode) ?? []), person]);
  }
  const [school, pupils] = [...bySchool].toSorted((a, b) => b[1].length - a[1].length)[0] ?? [
    '',
    [],
  ];
  const name = city.places.find((it) => it.code === school)?.name.zh ?? '';
  return { school, name, pupils };
}

/** One visit to a fever clinic as its hospital system announces it: ADT^A04 with NK1 of the school. */
function visitOf(stage: Stage, pupil: Person, number: number, seenAt: number): string {
  const id = `J2-CV-${number}`;
  const row = {
    id,
    kind: 'clinic_visit' as const,
    at: at(seenAt),
    ...whoOf(pupil),
    sex: pupil.sex,
    bornOn: pupil.bornOn,
    unitCode: pupil.unitCode,
    placeCode: stage.placeCode('fever_clinic'),
    department: 'fever',
    temperature: 38.6,
    complaint: '发热、咽痛',
    icd10: 'R50.9',
  };
  const arrival = { source: 'his-east', at: seenAt, happenedAt: seenAt, kind: row.kind, row };
  const message = messagesOf(arrival)[0];
  assert.ok(message, 'a visit makes a message');
  return message;
}

export function school(stage: () => Stage): void {
  describe('a fever cluster in a school', () => {
    after(() => stage().rise());
    test('five pupils in three days, by HL7 over MLLP, raise one orange alert', async () => {
      const { name, pupils } = pupilsOf(stage());
      assert.ok(pupils.length >= 6, 'the school is large enough');
      const { page } = await stage().sit('commander');
      const room = commandPage(page);
      await room.live();
      const now = Date.now();
      const messages = pupils
        .slice(0, 5)
        .map((pupil, i) => visitOf(stage(), pupil, i, now - (60 - 14 * i) * HOUR));
      assert.deepEqual(await sendMllp(stage().house, messages.slice(0, 4)), Array(4).fill('AA'));
      assert.deepEqual(await sendMllp(stage().house, messages.slice(4)), ['AA']);

      await room.rowsOf(TITLE, name).first().waitFor();
      await room.open(TITLE, name);
      await room.detail.locator('.detail-head').getByText('橙色预警').waitFor();
      await room.detail.locator('.record').nth(4).waitFor();
      assert.equal(await room.detail.locator('.record').count(), 5);
      await stage().shoot(page, 'command-school');
    });

    test('a sixth pupil joins the same alert', async () => {
      const { name, pupils } = pupilsOf(stage());
      const sixth = pupils[5];
      assert.ok(sixth);
      const { page } = await stage().sit('commander');
      const room = commandPage(page);
      await room.live();
      await room.open(TITLE, name);
      const message = visitOf(stage(), sixth, 5, Date.now() - 5 * 60_000);
      assert.deepEqual(await sendMllp(stage().house, [message]), ['AA']);
      await room.detail.getByText('又有信号并入').first().waitFor();
      const alerts = (await alertsOf(stage(), `ruleId=${RULE}`)).filter((it) =>
        it.subjectWords.zh.includes(name),
      );
      assert.equal(alerts.length, 1);
      assert.equal(alerts[0]?.level, 2);
    });
  });
}
