import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Story } from '../antipyretic.ts';
import type { Seat, Stage } from '../stage.ts';

const LIST = '/desk/lists/abroad';
const rows = (n: number): string =>
  Array.from({ length: n }, (_, i) =>
    JSON.stringify({ idType: 'passport', idNo: `E88${10_000 + i}` }),
  )
    .join('\n')
    .concat('\n');

/** Imports a file through the sheet of the list page. */
async function bring({ page }: Seat, text: string, incident: string): Promise<string> {
  await page.locator('.page-head button').click();
  const buffer = Buffer.from(text);
  const file = { name: 'members.ndjson', mimeType: 'application/x-ndjson', buffer };
  await page.locator('dialog input[type=file]').setInputFiles(file);
  await page.locator('dialog input[name=source]').fill('某单位');
  await page.locator('dialog input[name=incident]').fill(incident);
  await page.locator('dialog button[type=submit]').click();
  const said = page.locator('dialog .notice.bad, dialog .chip.good');
  await said.first().waitFor();
  const words = await said.first().innerText();
  await page.keyboard.press('Escape');
  return words;
}

/** A no the page asked for stands in the browser's console as well; nothing else may. */
function onlyRefusals({ faults }: Seat): void {
  assert.deepEqual(
    faults.splice(0).filter((it) => !/status of (403|409).*\/import/.test(it)),
    [],
  );
}

/** Who misuses the house is stopped and seen; whom it decides about is told why. */
export function misuse(stage: () => Stage, story: Story): void {
  describe('misuse', () => {
    test('a list without a case is blocked and alarmed; confirmed, its author is shut out until lifted', async () => {
      const { house, api, sit, shoot, rise } = stage();
      const steward = await sit('data_steward', { lang: 'zh', next: LIST });
      await steward.page.goto(house.url + LIST);
      const bare = await bring(steward, rows(3), '');
      assert.match(bare, /名单未导入[\s\S]*须写明所依据的事件[\s\S]*需要什么/);
      const far = await bring(steward, rows(60), 'topic:2022-bank');
      assert.match(far, /60 人中 100%[\s\S]*流行病学依据的仅 0%[\s\S]*监督员/);
      await shoot(steward.page, 'list-blocked');

      const dpo = await sit('data_protection_officer', { lang: 'zh', next: '/desk/misuse' });
      await dpo.page.goto(`${house.url}/desk/misuse?state=open`);
      await dpo.page.locator('tbody tr').nth(1).waitFor();
      await shoot(dpo.page, 'misuse');
      assert.equal(await dpo.page.locator('.share-bars svg').count(), 4);
      const judge = async (word: string): Promise<void> => {
        await dpo.page.locator('tbody button').first().click();
        await dpo.page.locator('dialog textarea').fill('已核对来源与事由');
        await dpo.page.locator('dialog button', { hasText: word }).click();
        await dpo.page.locator('dialog').waitFor({ state: 'detached' });
      };
      await judge('认定滥用');
      assert.match(await bring(steward, rows(2), `alert:${story.alertId}`), /批量操作.*已停用/);
      await dpo.page.goto(`${house.url}/desk/misuse?state=confirmed`);
      await judge('排除');
      onlyRefusals(steward);
      assert.match(await bring(steward, rows(2), `alert:${story.alertId}`), /2/);
      const admin = await api('administrator');
      assert.equal((await admin.get('/api/misuse')).status, 403);
      await rise();
    });

    test('the person page says why: the rule, the values, and why another rule is silent', async () => {
      const { house, sit, shoot, rise } = stage();
      const seat = await sit('epidemiologist', {
        lang: 'en',
        next: `/desk/people/${story.personId}`,
      });
      const { page } = seat;
      await page.goto(`${house.url}/desk/people/${story.personId}`);
      await page.locator('main select').first().selectOption({ index: 1 });
      const history = page.locator('summary', { hasText: 'All decisions' });
      await history.click();
      await page.locator('td', { hasText: 'Alert closed' }).first().waitFor();
      await page.locator('summary', { hasText: 'Why not' }).click();
      await page.locator('.why-not select').selectOption('contact-history-then-fever');
      await page.locator('.conditions').waitFor();
      assert.match(await page.locator('.why-not article').innerText(), /Missing: /);
      await shoot(page, 'why');
      await rise();
    });
  });
}
