import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { HOUR } from '../../src/base/time.ts';
import { zh } from '../../web/command/strings.zh.ts';
import { PHONE } from '../builders/browser.ts';
import { until } from '../builders/house.ts';
import { commandPage } from './pages/command.ts';
import { deskPage } from './pages/desk.ts';
import { fieldPage } from './pages/field.ts';
import { alertsOf, at, CSV_GB, ndjson, personIdOf, saleCsv, send, whoOf, titleOf } from './rows.ts';
import { type Seat, shownName, type Stage } from './stage.ts';

const RULE = 'antipyretic-after-risk-trip';
const TITLE = titleOf(RULE);
/** 平川市 stands in the code set riskAreas. */
const RISK_CITY = '990700';

/** What the journey leaves behind, for the page that follows one record. */
export type Story = {
  batch: string;
  alertId: number;
  taskId: number;
  personId: number;
  startedAt: number;
};

export function antipyretic(stage: () => Stage): Story {
  const story: Story = { batch: '', alertId: 0, taskId: 0, personId: 0, startedAt: 0 };
  let command: Seat;
  let before = 0;

  describe('the antipyretic story', () => {
    after(() => stage().rise());
    test('a ticket from a risk area and a purchase raise a yellow alert that appears by itself', async () => {
      const { adults, placeCode, sit, shoot } = stage();
      const person = adults[0];
      assert.ok(person);
      const desk = await sit('epidemiologist', { next: `/desk/rules/${RULE}` });
      await desk.page.locator('.tiles').waitFor();
      before = await deskPage(desk.page).tile('排除');

      command = await sit('commander');
      const room = commandPage(command.page);
      await room.live();
      await command.page.evaluate(() => document.body.setAttribute('data-seen', 'yes'));
      story.startedAt = Date.now();
      const ticket = {
        id: 'J1-RT-1',
        at: at(Date.now() - 30 * HOUR),
        ...whoOf(person),
        fromCity: RISK_CITY,
        toCity: '990100',
        transportNo: 'G1703',
        carriage: '05',
        seat: '11A',
      };
      await send(stage(), 'rail', ndjson([ticket]), 'application/x-ndjson');
      const sale = {
        id: 'J1-PS-1',
        at: at(Date.now() - HOUR),
        ...whoOf(person),
        placeCode: placeCode('pharmacy_chain_store') || placeCode('pharmacy'),
        drugClass: 'N02BE01',
        quantity: 2,
        temperature: '37.9',
      };
      story.batch = (await send(stage(), 'pharmacy-chain', saleCsv([sale]), CSV_GB)).batch;

      await room.rowsOf(TITLE, shownName(stage().adults[0])).first().waitFor();
      assert.equal(await command.page.locator('body').getAttribute('data-seen'), 'yes');
      await shoot(command.page, 'command-queue');
      await room.open(TITLE, shownName(stage().adults[0]));
      story.alertId = Number(new URL(command.page.url()).searchParams.get('alert'));
      await room.detail.locator('.detail-head').getByText('黄色预警').waitFor();
    });

    test('both records stand in its evidence, as the sources wrote them', async () => {
      const records = commandPage(command.page).detail.locator('.record');
      await records.nth(1).waitFor();
      const texts = (await records.allTextContents()).join('\n');
      assert.equal(await records.count(), 2);
      assert.match(texts, /铁路到达[\s\S]*G1703/);
      assert.match(texts, /药店登记[\s\S]*N02BE01/);
      const person = stage().adults[0];
      assert.ok(person && !texts.includes(person.idNo) && !texts.includes(person.phone));
      await stage().shoot(command.page, 'command-alert');
      story.personId = await personIdOf(stage(), person);
      const [alert, ...more] = await alertsOf(stage(), `ruleId=${RULE}&personId=${story.personId}`);
      assert.deepEqual(more, []);
      assert.deepEqual([alert?.id, alert?.level], [story.alertId, 3]);
    });

    test('standing orders bring it to the street, which passes it to the community', async () => {
      const room = commandPage(command.page);
      await room.hop('市').getByText(zh['left.auto']).waitFor();
      await room.hop('区').getByText(zh['left.auto']).waitFor();
      await room.hop('街道').getByText('现在').waitFor();

      const street = await stage().sit('street_officer', {
        next: `/command/?alert=${story.alertId}`,
      });
      const theirs = commandPage(street.page);
      await theirs.press('接收任务');
      await theirs.task('处理中').waitFor();
      await stage().shoot(street.page, 'command-street');
      await theirs.press('转下级');
      await room.hop('街道').getByText('下派').waitFor();
      await room.hop('社区').getByText('现在').waitFor();
    });

    test('the community worker phones, the look at the number is on record', async () => {
      const { sit, shoot } = stage();
      const person = stage().adults[0];
      const worker = await sit('community_worker', { viewport: PHONE });
      const phone = fieldPage(worker.page);
      await worker.page.locator('.task').first().waitFor();
      await shoot(worker.page, 'field-list');
      await phone.open(TITLE, shownName(stage().adults[0]));
      story.taskId = Number(/task\/(\d+)/.exec(worker.page.url())?.[1]);
      await phone.accept();
      assert.deepEqual(await phone.phones('联系本人核查'), [person?.phone]);
      await shoot(worker.page, 'field-task');

      const supervisor = await stage().api('supervisor');
      const { body } = await supervisor.get(`/api/entries?subject=person:${story.personId}`);
      const looks = body['rows'] as { action: string; purpose: string }[];
      assert.ok(
        looks.some(
          (it) => it.action === 'person.reveal' && it.purpose === `task:${story.taskId} task-check`,
        ),
        JSON.stringify(looks),
      );

      await phone.pick('已联系，无异常');
      await phone.fill('体温', '36.6');
      await phone.pick('无');
      await shoot(worker.page, 'field-answer');
      await phone.submit();
    });

    test('the answer closes the alert in front of the commander, and the rule has learnt', async () => {
      const room = commandPage(command.page);
      await room.detail.locator('.detail-head').getByText('排除').waitFor();
      await room.task('已办结').waitFor();
      await stage().shoot(command.page, 'command-closed');
      const desk = await stage().sit('epidemiologist', { next: `/desk/rules/${RULE}` });
      const rule = deskPage(desk.page);
      await until('the outcome is counted', async () => {
        await rule.go(`/rules/${RULE}`);
        await desk.page.locator('.tiles').waitFor();
        return (await rule.tile('排除')) === before + 1;
      });
      await stage().shoot(desk.page, 'desk-rule');
    });
  });
  return story;
}
