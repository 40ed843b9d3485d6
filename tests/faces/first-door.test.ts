import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage, PHONE } from '../builders/browser.ts';
import { type RunningHouse, startHouse } from '../builders/house.ts';
import { violationsOf } from './axe.ts';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '../../src/entry/main.ts');
const PASSWORD = 'lanterns on a quiet river';

let house: RunningHouse;
let browser: Browser;
before(async () => {
  house = await startHouse({ env: { FENGHUO_SAMPLE: 'off' } });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await house?.stop();
  house?.remove();
});

const invite = async (): Promise<string> => {
  const env = { ...process.env, FENGHUO_HOME: house.home, PORT: new URL(house.url).port };
  const args = ['--disable-warning=ExperimentalWarning', MAIN, 'user', 'first'];
  const { stdout } = await run(process.execPath, args, { env });
  return stdout.split('\n')[0] ?? '';
};

async function look(page: Page, name: string): Promise<void> {
  assert.deepEqual(await violationsOf(page), [], name);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(sideways, 0, `${name} sticks out`);
  const folder = process.env['FENGHUO_SHOTS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

test('an empty house: one link makes the administrator, who adds a second factor before anything opens', async () => {
  const link = await invite();
  assert.match(link, /^http:\/\/localhost:\d+\/#first=[\w-]{43}$/);
  const { page, faults } = await openPage(browser, { lang: 'en', viewport: PHONE });
  page.setDefaultTimeout(20_000);
  await page.goto(link);
  await page.locator('input[name=areaCode]').waitFor();
  assert.ok(!page.url().includes('first'), 'the code does not stay in the address');
  await look(page, 'door-first');
  await page.locator('input[name=login]').fill('first.admin');
  await page.locator('input[name=name]').fill('Wang Lei');
  await page.locator('input[name=areaCode]').fill('429900000000');
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make and sign in' }).click();
  await page.getByRole('heading', { name: 'Add a second factor' }).waitFor();
  await look(page, 'door-enrol');
  const early = await page.request.get(`${new URL(page.url()).origin}/api/actors`);
  assert.equal(((await early.json()) as { code: string }).code, 'enrol-first');
  await page.getByRole('button', { name: 'By code app' }).click();
  await page.getByRole('button', { name: 'Add a code app' }).click();
  const secret = (await page.locator('.totp-secret').innerText()).replaceAll(' ', '');
  await look(page, 'door-totp');
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  await page.locator('input[name=code]').fill(code);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.locator('.recovery li').first().waitFor();
  await look(page, 'door-recovery');
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.waitForURL(/\/desk\//);
  await page.goto(`${new URL(page.url()).origin}/desk/account`);
  await page.locator('.account-cards').waitFor();
  await look(page, 'account-phone');
  assert.deepEqual(faults, []);
  await assert.rejects(invite(), /administrator already/);
});

test('a password somebody gave is changed at the door before anything opens', async () => {
  const add = ['user', 'add', 'li.si', '--role', 'data_steward', '--area', '429900000000'];
  const env = { ...process.env, FENGHUO_HOME: house.home };
  const args = ['--disable-warning=ExperimentalWarning', MAIN, ...add];
  const made = run(process.execPath, args, { env });
  made.child.stdin?.end('given by the operator\n');
  await made;
  const { page, faults } = await openPage(browser, { lang: 'zh' });
  page.setDefaultTimeout(20_000);
  await page.goto(house.url.replace('127.0.0.1', 'localhost'));
  await page.locator('input[name=login]').fill('li.si');
  await page.locator('input[name=password]').fill('given by the operator');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('heading', { name: '修改密码' }).waitFor();
  await look(page, 'door-change');
  await page.locator('input[name=new]').fill('my own unrelated words');
  await page.locator('input[name=again]').fill('my own unrelated wordz');
  await page.getByRole('button', { name: '修改密码' }).click();
  await page.getByRole('alert').waitFor();
  await page.locator('input[name=again]').fill('my own unrelated words');
  await page.getByRole('button', { name: '修改密码' }).click();
  await page.waitForURL(/\/desk\//);
  assert.deepEqual(faults, []);
  assert.doesNotMatch(house.said(), /fault in/);
});
