import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { commandPage } from './pages/command.ts';
import { alertsOf, at, ndjson, personIdOf, send, whoOf, titleOf } from './rows.ts';
import { shownName, type Stage } from './stage.ts';

const RULE = 'returnee-at-hotel';
const TITLE = titleOf(RULE);

export function returnee(stage: () => Stage): void {
  describe('somebody on the abroad register is back', () => {
    after(() => stage().rise());
    test('an epidemiologist imports the register at the desk', async () => {
      const person = stage().adults[1];
      assert.ok(person);
      const { page } = await stage().sit('epidemiologist', { next: '/desk/lists/abroad' });
      await page.getByRole('button', { name: '导入' }).first().click();
      const sheet = page.locator('dialog');
      const text = ndjson([{ ...whoOf(person), note: '境外未归' }]);
      await sheet.locator('input[type=file]').setInputFiles({
        name: 'abroad.ndjson',
        mimeType: 'text/plain',
        buffer: Buffer.from(text),
      });
      await sheet.locator('input[name=incident]').fill('topic:abroad-return');
      await sheet.locator('input[name=source]').fill('出入境管理局');
      await sheet.locator('button[type=submit]').click();
      await sheet.locator('.chip.good').waitFor();
      await stage().shoot(page, 'desk-list-import');
    });

    test('a hotel registers the person and the alert is there at once', async () => {
      const person = stage().adults[1];
      assert.ok(person);
      const { page } = await stage().sit('commander');
      const room = commandPage(page);
      await room.live();
      const stay = {
        id: 'J3-HS-1',
        at: at(Date.now()),
        ...whoOf(person),
        placeCode: stage().placeCode('hotel'),
        fromCity: 'THA',
        nights: 3,
      };
      await send(stage(), 'hotel', JSON.stringify([stay]), 'application/json');
      await room.rowsOf(TITLE, shownName(person)).first().waitFor();
      await room.open(TITLE, shownName(person));
      await room.detail.locator('.record').getByText('旅馆入住').waitFor();
      await stage().shoot(page, 'command-returnee');
      const alerts = await alertsOf(
        stage(),
        `ruleId=${RULE}&personId=${await personIdOf(stage(), person)}`,
      );
      assert.deepEqual(
        alerts.map((it) => [it.level, it.status]),
        [[3, 'open']],
      );
    });
  });
}
