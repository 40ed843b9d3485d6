import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { HOUSE } from '../../../src/base/access.ts';
import { isRefusal } from '../../../src/base/refusal.ts';
import { createActor } from '../../../src/registers/access/index.ts';
import { openPage, signIn } from '../../builders/browser.ts';
import type { Stage } from '../stage.ts';

const LOGIN = 'reviewer.two';
const PASSWORD = 'five unrelated words here';
const STEP_MS = 30_000;

const codeOf = (secret: string, at: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });

/** Passkeys belong to a host name; an address has none. */
const baseOf = ({ house }: Stage): string => house.url.replace('127.0.0.1', 'localhost');

/** A finger on the reader, whenever the page asks for it. */
async function withAuthenticator(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function givePassword(page: Page): Promise<void> {
  await page.locator('input[name=login]').fill(LOGIN);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

const signOut = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: '退出' }).click();
  await page.locator('input[name=login]').waitFor();
};
const atDesk = (page: Page) => page.waitForURL(/\/(desk|command)\//);
const sheet = (page: Page) => page.locator('dialog.sheet[open]');

export function signingIn(stage: () => Stage): void {
  describe('signing in with a second factor', () => {
    let secret = '';
    let codes: string[] = [];
    let own: Page | undefined;
    let faults: string[] = [];
    const mine = (): Page => {
      assert.ok(own, 'the first step opened a page');
      return own;
    };

    test('a code app and a passkey are added at one’s own account', async () => {
      const { browser, db, line, shoot } = stage();
      const made = await db.tx((tx) =>
        createActor(
          tx,
          HOUSE,
          {
            login: LOGIN,
            name: '孙评',
            roles: ['rule_reviewer'],
            areaCode: line[0],
            password: PASSWORD,
          },
          Date.now(),
        ),
      );
      assert.ok(!isRefusal(made));
      const opened = await openPage(browser, { lang: 'zh' });
      own = opened.page;
      faults = opened.faults;
      own.setDefaultTimeout(20_000);
      await withAuthenticator(own);
      await own.goto(`${baseOf(stage())}/?next=/desk/account`);
      await givePassword(own);
      await own.waitForURL(/\/desk\/account/);
      await own.getByRole('button', { name: '添加动态口令' }).click();
      await sheet(own).getByRole('button', { name: '添加动态口令' }).click();
      secret = (await sheet(own).locator('.totp-secret').innerText()).replaceAll(' ', '');
      await shoot(own, 'account-totp');
      await sheet(own).locator('input[name=code]').fill(codeOf(secret, Date.now()));
      await sheet(own).getByRole('button', { name: '确认' }).click();
      await sheet(own).locator('.recovery li').first().waitFor();
      codes = await sheet(own).locator('.recovery code').allInnerTexts();
      assert.equal(codes.length, 10);
      await sheet(own).getByRole('button', { name: '已保存，继续' }).click();
      await own.getByRole('button', { name: '添加通行密钥' }).click();
      await sheet(own).locator('input[name=name]').fill('办公室电脑');
      await sheet(own).getByRole('button', { name: '添加通行密钥' }).click();
      await own.locator('.account-keys strong', { hasText: '办公室电脑' }).waitFor();
      await shoot(own, 'account');
    });

    test('a wrong code is refused, the right one opens the desk', async () => {
      const page = mine();
      await signOut(page);
      await givePassword(page);
      await page.locator('input[name=code]').fill('000000');
      await page.getByRole('button', { name: '登录', exact: true }).click();
      await page.getByRole('alert').waitFor();
      await stage().shoot(page, 'door-factor');
      // The code that confirmed the app counts once: the next one is taken a step early.
      await page.locator('input[name=code]').fill(codeOf(secret, Date.now() + STEP_MS));
      await page.getByRole('button', { name: '登录', exact: true }).click();
      await atDesk(page);
    });

    test('the passkey alone signs in', async () => {
      const page = mine();
      await signOut(page);
      await page.getByRole('button', { name: '用通行密钥登录' }).click();
      await atDesk(page);
    });

    test('another browser signs in with a recovery code, and ends when its owner says so', async () => {
      const { browser } = stage();
      const other = await openPage(browser, { lang: 'zh' });
      other.page.setDefaultTimeout(20_000);
      await other.page.goto(`${baseOf(stage())}/`);
      await givePassword(other.page);
      await other.page.getByRole('button', { name: '用恢复码' }).click();
      await other.page.locator('input[name=recovery]').fill(codes[0] ?? '');
      await other.page.getByRole('button', { name: '登录', exact: true }).click();
      await atDesk(other.page);
      await mine().goto(`${baseOf(stage())}/desk/account`);
      await mine().getByRole('button', { name: '结束其余全部登录' }).click();
      await mine().locator('.toast').waitFor();
      await other.page.goto(`${baseOf(stage())}/desk/account`);
      await other.page.locator('input[name=login]').waitFor();
      await mine().reload();
      await mine().locator('.account-cards').waitFor();
      await mine().context().close();
      await other.page.context().close();
      // A refused code is an answer, though the browser prints it.
      assert.deepEqual(
        faults.filter((it) => !it.includes('401')),
        [],
      );
    });

    test('an administrator proves again who they are before giving a password', async () => {
      const { browser, db, house, shoot } = stage();
      const admin = house.logins.find((it) => it.role === 'administrator');
      assert.ok(admin);
      // A page that is not counted among the seats: the browser prints the house's first no.
      const { page } = await openPage(browser, { lang: 'zh' });
      page.setDefaultTimeout(20_000);
      await signIn(page, house.url, admin, `/desk/actors?search=${LOGIN}`);
      await db.tx((tx) =>
        tx.run(`update access.session set proven_at = now() - interval '1 hour'`),
      );
      await page.getByRole('button', { name: `管理 ${LOGIN}` }).click();
      await sheet(page).getByRole('button', { name: '重设密码' }).click();
      await shoot(page, 'actor-sheet');
      await sheet(page).getByRole('button', { name: '重设密码' }).click();
      const proof = page.locator('dialog.sheet[open]', { hasText: '请再次验证身份' });
      await shoot(page, 'prove');
      await proof.locator('input[name=password]').fill(admin.password);
      await proof.getByRole('button', { name: '确认' }).click();
      await page.locator('code.secret').waitFor();
      await page.context().close();
    });
  });
}
