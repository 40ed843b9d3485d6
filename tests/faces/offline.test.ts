import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { HOUR } from '../../src/base/time.ts';
import { openPage, PHONE, signIn } from '../builders/browser.ts';
import { until } from '../builders/house.ts';
import { fieldPage } from '../journeys/pages/field.ts';
import { at, ndjson, send, CSV_GB, saleCsv, titleOf, whoOf } from '../journeys/rows.ts';
import { openStage, type Stage } from '../journeys/stage.ts';

const RULE = 'antipyretic-after-risk-trip';
/** 平川市 stands in the code set riskAreas. */
const RISK_CITY = '990700';

type Brief = { id: number; status: string; attempts: number };

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.end());

const mine = async (role: string): Promise<Brief[]> => {
  const path = role === 'street_officer' ? '/api/tasks?status=waiting' : '/api/tasks/mine';
  const { body } = await (await stage.api(role)).get(path);
  return body['rows'] as Brief[];
};

/** A ticket and a purchase make a task; the street brings it to the community worker. */
async function taskForWorker(): Promise<number> {
  const person = stage.adults[0];
  assert.ok(person);
  const trip = {
    fromCity: RISK_CITY,
    toCity: '990100',
    transportNo: 'G1',
    carriage: '1',
    seat: '1',
  };
  const ticket = { id: 'OFF-1', at: at(Date.now() - 30 * HOUR), ...whoOf(person), ...trip };
  const placeCode = stage.placeCode('pharmacy_chain_store') || stage.placeCode('pharmacy');
  const drug = { drugClass: 'N02BE01', quantity: 1, temperature: '37.9', placeCode };
  const sale = { id: 'OFF-2', at: at(Date.now() - HOUR), ...whoOf(person), ...drug };
  await send(stage, 'rail', ndjson([ticket]), 'application/x-ndjson');
  await send(stage, 'pharmacy-chain', saleCsv([sale]), CSV_GB);
  const street = await stage.api('street_officer');
  const lying = await until('a task at the street', async () => {
    const rows = (await mine('street_officer')) as (Brief & { title: { zh: string } })[];
    return rows.find((row) => row.title.zh === titleOf(RULE));
  });
  await street.post(`/api/tasks/${lying.id}/accept`);
  await street.post(`/api/tasks/${lying.id}/pass`);
  return lying.id;
}

const statusOf = async (id: number): Promise<Brief | undefined> =>
  (await mine('community_worker')).find((row) => row.id === id);

/** The page belongs to its service worker from the second load on; the line may be cut then. */
async function cutLine(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.context().setOffline(true);
}

test('work goes on without a line, survives a reload and is sent once the line is back', async () => {
  const id = await taskForWorker();
  const login = stage.house.logins.find((it) => it.role === 'community_worker');
  assert.ok(login);
  const { page } = await openPage(stage.browser, { lang: 'zh', viewport: PHONE });
  page.setDefaultTimeout(15_000);
  await signIn(page, stage.house.url, login, '/field/');
  await page.locator('.task').first().waitFor();
  await cutLine(page);

  await page.reload();
  await page.getByText('未同步', { exact: false }).first().waitFor();
  await page.locator(`a[href="#/task/${id}"]`).click();
  await page.getByRole('button', { name: '接收任务' }).click();
  await page.getByText('1 条待上传').first().waitFor();
  await page.locator('textarea').first().fill('门口无人应答');
  await page.getByText('草稿已保存').waitFor();

  await page.reload();
  await page.getByText('1 条待上传').first().waitFor();
  assert.equal(await page.locator('textarea').first().inputValue(), '门口无人应答');
  await fieldPage(page).pick('未联系上');
  await fieldPage(page).pick('电话');
  await page.getByRole('button', { name: '提交' }).click();
  await page.getByText('2 条待上传').first().waitFor();
  assert.equal((await statusOf(id))?.status, 'waiting', 'the house has heard nothing yet');

  await page.context().setOffline(false);
  const heard = await until('the house to hear both', async () => {
    const row = await statusOf(id);
    return row && row.attempts > 0 ? row : undefined;
  });
  assert.deepEqual([heard.status, heard.attempts], ['working', 1]);
  await page.locator('.top .chip.good').first().waitFor();
  assert.equal(await page.getByText('条待上传').count(), 0);
});
