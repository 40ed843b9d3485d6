import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { HOUR, MINUTE } from '../../src/base/time.ts';
import { PHONE } from '../builders/browser.ts';
import { commandPage } from './pages/command.ts';
import { fieldPage } from './pages/field.ts';
import { at, CSV_GB, ndjson, saleCsv, send, whoOf, titleOf } from './rows.ts';
import { shownName, type Stage } from './stage.ts';

/** Blue: the one level whose street clock is seconds in this house. */
const TITLE = titleOf('antiviral-then-fever-clinic');

export function missedClock(stage: () => Stage): void {
  let alertId = '';

  describe('a street does not accept in time', () => {
    after(() => stage().rise());
    test('the task is escalated to the district and stands on the board', async () => {
      const person = stage().adults[2];
      assert.ok(person);
      const { page } = await stage().sit('supervisor', { next: '/command/?panel=board' });
      const room = commandPage(page);
      await room.live();
      const sale = {
        id: 'J4-PS-1',
        at: at(Date.now() - 20 * HOUR),
        ...whoOf(person),
        placeCode: stage().placeCode('pharmacy'),
        drugClass: 'J05AH02',
        quantity: 3,
      };
      await send(stage(), 'pharmacy-chain', saleCsv([sale]), CSV_GB);
      const visit = {
        id: 'J4-CV-1',
        kind: 'clinic_visit',
        at: at(Date.now() - 5 * MINUTE),
        ...whoOf(person),
        placeCode: stage().placeCode('fever_clinic'),
        department: 'fever',
        temperature: 38.9,
      };
      await send(stage(), 'his-east', ndjson([visit]), 'application/x-ndjson');
      const line = page.locator('.breaches li').filter({ hasText: TITLE });
      await line.getByText('已报区').waitFor();
      await line.getByText('接收').waitFor();
      await stage().shoot(page, 'command-board');
    });

    test('the supervisor sets a new clock with a remark', async () => {
      const { page } = await stage().sit('supervisor', { next: '/command/?panel=board' });
      const line = page.locator('.breaches li').filter({ hasText: TITLE });
      await line.getByRole('button', { name: '督办' }).click();
      await page.locator('dialog textarea').fill('请街道一小时内接收并核实');
      await stage().shoot(page, 'command-supervise');
      await page.locator('dialog').getByRole('button', { name: '督办' }).click();
      await line.waitFor({ state: 'detached' });
      const room = commandPage(page);
      await room.open(TITLE, shownName(stage().adults[2]));
      await room.detail.getByText('已督办').waitFor();
      alertId = new URL(page.url()).searchParams.get('alert') ?? '';
    });

    test('the street accepts and passes, the worker answers, the alert closes', async () => {
      const person = stage().adults[2];
      const street = await stage().sit('street_officer', { next: `/command/?alert=${alertId}` });
      const room = commandPage(street.page);
      await room.press('接收任务');
      await room.task('处理中').waitFor();
      await room.press('转下级');
      await room.hop('社区').getByText('现在').waitFor();

      const worker = await stage().sit('community_worker', { viewport: PHONE });
      const phone = fieldPage(worker.page);
      await phone.open(TITLE, shownName(person));
      await phone.accept();
      await phone.pick('已联系，有症状');
      await phone.pick('发热');
      await phone.fill('体温', '38.4');
      await phone.fill('发病日期', new Date().toISOString().slice(0, 10));
      await phone.pick('前往发热门诊');
      await phone.submit();
      await phone.open(TITLE, shownName(person));
      await worker.page.getByRole('button', { name: '办结' }).click();
      await room.detail.locator('.detail-head').getByText('疑似').waitFor();
      await room.hop('街道').getByText('下派').waitFor();
      await stage().shoot(street.page, 'command-after-clock');
    });
  });
}
