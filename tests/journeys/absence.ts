import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { violationsOf } from '../faces/axe.ts';
import { xlsxOf } from '../builders/xlsx.ts';
import type { Stage } from './stage.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const WORDS = { zh: '实验小学缺勤表', en: 'Absence sheet of a school' };

/** The sheet a school keeps: a merged title, a line about who filled it in, Chinese headings. */
function sheetOf(stage: Stage): Buffer {
  const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const [year, month, date] = day.split('-').map(Number);
  const pupils = stage.adults
    .slice(-3)
    .map((it, i) => [
      `三(${i + 1})班`,
      it.name,
      it.phone,
      `${year}年${month}月${date}日`,
      '发烧',
      38.5,
    ]);
  return xlsxOf([
    {
      name: '缺勤登记',
      merges: ['A1:F1'],
      rows: [
        ['市实验小学学生因病缺勤登记表'],
        ['填报人：李老师'],
        ['班级', '学生姓名', '家长电话', '缺勤日期', '缺勤原因', '体温(℃)'],
        ...pupils,
      ],
    },
  ]);
}

/** A new kind of source, connected by a clerk in the browser: no code, no help. */
export function absence(stage: () => Stage): void {
  describe('an absence sheet of a school, connected in the browser', () => {
    after(() => stage().rise());
    test('a sample is uploaded, its columns are guessed, tried, saved; the next sheet is admitted', async () => {
      const { db, house } = stage();
      const { page } = await stage().sit('data_steward', { next: '/desk/sources' });
      await page.getByRole('button', { name: '登记数据源' }).click();
      await page.locator('[name=code]').fill('school-sheet');
      await page.locator('[name=zh]').fill(WORDS.zh);
      await page.locator('[name=owner]').fill('市教育局');
      await page.locator('input[name=xlsx]').check();
      await page.getByRole('button', { name: '保存', exact: true }).click();
      await page.getByRole('link', { name: WORDS.zh }).click();
      await page.getByRole('link', { name: '设置映射' }).click();
      const buffer = sheetOf(stage());
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: '缺勤.xlsx', mimeType: XLSX, buffer });
      await page.getByText('0 / 3 行可入库').waitFor();
      assert.equal(await page.getByLabel('本平台字段: 学生姓名').inputValue(), 'name');
      assert.equal(await page.getByLabel('本平台字段: 缺勤原因').inputValue(), 'reason');
      await page.locator('[name=placeCode]').fill(stage().placeCode('primary_school'));
      await page.getByRole('button', { name: '试算' }).click();
      await page.getByText('3 / 3 行可入库').waitFor();
      await stage().shoot(page, 'mapping');
      assert.deepEqual(await violationsOf(page), []);
      await page.getByRole('button', { name: '保存为第 1 版' }).click();
      await page.locator('.facts').waitFor();
      const id = Number(new URL(page.url()).pathname.split('/').at(-1));
      const key = await issue(stage(), id);
      const pushed = await fetch(`${house.url}/api/intake/school-sheet`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': XLSX },
        body: new Uint8Array(buffer),
      });
      const receipt = (await pushed.json()) as { batch: string; received: number };
      assert.deepEqual([pushed.status, receipt.received], [202, 3]);
      for (let i = 0; i < 100; i++) {
        const row = await db.read((tx) =>
          tx.row<{ admitted: number }>(
            'select admitted::int as admitted from records.batch_count where batch_id = $1',
            [receipt.batch],
          ),
        );
        if (row?.admitted === 3) return;
        await sleep(200);
      }
      assert.fail('the three rows were not admitted in 20 seconds');
    });
  });
}

async function issue(stage: Stage, id: number): Promise<string> {
  const api = await stage.api('data_steward');
  const made = await api.call('POST', `/api/sources/${id}/keys`, { days: 1 });
  assert.equal(made.status, 200);
  return String(made.body['key']);
}
