import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openPage, signIn } from '../../builders/browser.ts';
import type { Stage } from '../stage.ts';

const REASON = '密接转入本区，需核对其健康记录';

const pickPurpose = async (page: Page): Promise<void> => {
  await page.locator('.purpose select').selectOption('case-investigation');
};

/** A page whose first answer is a no: the console says so too, and that is no fault of the page. */
async function sitDown({ house, browser }: Stage, role: string, next: string): Promise<Page> {
  const login = house.logins.find((it) => it.role === role);
  assert.ok(login, `the house printed a login for ${role}`);
  const { page } = await openPage(browser);
  page.setDefaultTimeout(20_000);
  await signIn(page, house.url, login, next);
  return page;
}

async function personOutside({ db, line }: Stage): Promise<number> {
  const district = line[1].slice(0, 6);
  const row = await db.read((tx) =>
    tx.row<{ id: number }>(
      `select id from people.person
       where status = 'identified' and area_code <> '' and not starts_with(area_code, $1)
       order by id limit 1`,
      [district],
    ),
  );
  assert.ok(row, 'somebody lives in another district');
  return row.id;
}

export function glass(stage: () => Stage): void {
  describe('a person who lives in another district', () => {
    let person = 0;
    let officer: Page;

    test('does not open, and the page says how one asks', async () => {
      person = await personOutside(stage());
      officer = await sitDown(stage(), 'district_officer', `/desk/people/${person}`);
      await pickPurpose(officer);
      await officer.getByText('没有此人，或其不在您的辖区').waitFor();
      await officer.getByRole('button', { name: '申请临时查看' }).click();
      const sheet = officer.locator('dialog.sheet[open]');
      await sheet.getByLabel('用途').selectOption('contact-tracing');
      assert.ok(await sheet.getByRole('button', { name: '确认申请' }).isDisabled());
      await sheet.getByLabel('理由').fill(REASON);
      await sheet.getByRole('button', { name: '确认申请' }).click();
      await officer.getByText('您正凭临时查看打开此人档案').waitFor();
      await officer.getByText('到期').waitFor();
      await stage().shoot(officer, 'desk-glass');
    });

    test('the use is seen and judged by the supervisor, with what was looked at', async () => {
      const seat = await stage().sit('supervisor', { next: '/desk/grants' });
      const { page } = seat;
      const row = page.locator('tr', { hasText: REASON });
      await row.getByRole('button', { name: /审查/ }).click();
      const sheet = page.locator('dialog.sheet[open]');
      await sheet.getByText('打开个人档案').first().waitFor();
      await stage().shoot(page, 'desk-grant-review');
      await sheet.getByLabel('审查意见').fill('与在办密接相符，用途正当');
      await sheet.getByRole('button', { name: '正当', exact: true }).click();
      await page.getByText('已记录审查结论').waitFor();
      await page.locator('section', { hasText: '已审查' }).getByText(REASON).first().waitFor();
    });

    test('ended early, the file is shut again', async () => {
      await officer.getByRole('button', { name: '提前结束' }).click();
      await officer.getByText('没有此人，或其不在您的辖区').waitFor();
    });

    test('handed over by the city, is in the list of the district and opens once accepted', async () => {
      const epi = await stage().sit('epidemiologist', { next: `/desk/people/${person}` });
      await pickPurpose(epi.page);
      await epi.page.getByRole('button', { name: '交接给其他辖区' }).click();
      const sheet = epi.page.locator('dialog.sheet[open]');
      const name = stage().city.areas.find((it) => it.code === stage().line[1])?.name.zh ?? '';
      await sheet.getByLabel('接收辖区').fill(name);
      await sheet
        .getByRole('button', { name: new RegExp(name) })
        .first()
        .click();
      await sheet.getByLabel('理由').fill(REASON);
      await sheet.getByRole('button', { name: '提出交接' }).click();
      await epi.page.getByText('待接收').first().waitFor();
      await officer.goto(`${stage().house.url}/desk/hand-overs`);
      const row = officer.locator('tr', { hasText: REASON });
      await stage().shoot(officer, 'desk-hand-overs');
      await row.getByRole('button', { name: '接收', exact: true }).click();
      await officer.getByText('没有等待接收的交接').waitFor();
      await officer.goto(`${stage().house.url}/desk/people/${person}`);
      await officer.getByText('负责 · 已接收').waitFor();
      await officer.context().close();
    });
  });
}
