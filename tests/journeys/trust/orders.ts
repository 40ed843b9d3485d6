import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publicKeysOf, verifyDocument } from '#platform/secrets/index.ts';
import { until } from '../../builders/house.ts';
import type { Api, Stage } from '../stage.ts';

const LIVES_MS = 20_000;
const LINE = '9901';

/** An order that lives for seconds, of two units; what it brought in is destroyed at once. */
async function shortOrder(epi: Api, commander: Api, ms: number): Promise<number> {
  const now = Date.now();
  const area = `${LINE}00000000`;
  const made = await epi.post('/api/mandates', {
    ...{ functions: ['companions'], authority: '市疫情防控指挥部', documentNo: `旅程${now}号` },
    ...{ articles: ['ids2025-13', 'pipl-28'], areas: [area], population: '病例与密接' },
    ...{ startsAt: now - 1000, endsAt: now + ms, reviewAt: now + ms / 2 },
    ...{ reason: '聚集性疫情处置', retention: { tracks: 0, lists: 0, scans: 0 } },
  });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const id = Number(made.body['id']);
  const decide = { approve: true, note: '同意' };
  assert.equal((await epi.post(`/api/mandates/${id}/decide`, decide)).status, 403, 'not one’s own');
  const live = await commander.post(`/api/mandates/${id}/decide`, decide);
  assert.equal(live.body['state'], 'live', JSON.stringify(live.body));
  return id;
}

/** An order is given, used, and ends while somebody works under it. */
export function orders(stage: () => Stage): void {
  describe('an order', () => {
    test('ends mid-task: the screen says so, the house refuses, the data go, the proof verifies', async () => {
      const { house, api, sit, shoot, rise } = stage();
      const [epi, commander] = [await api('epidemiologist'), await api('commander')];
      const people = (await epi.get('/api/people?limit=1')).body['rows'] as { id: number }[];
      const person = people[0]?.id ?? 0;
      const ask = {
        ...{ from: Date.now() - 13 * 86_400_000, until: Date.now(), minutes: 240 },
        purpose: '密接排查',
      };
      const off = await epi.post(`/api/people/${person}/companions`, ask);
      assert.deepEqual([off.status, off.body['code']], [403, 'no-mandate']);

      const id = await shortOrder(epi, commander, LIVES_MS);
      const { page } = await sit('epidemiologist', { lang: 'zh', next: `/desk/people/${person}` });
      await page.goto(`${house.url}/desk/people/${person}`);
      await page.locator('main select').first().selectOption({ index: 1 });
      const form = page.locator('form:has(input[name=why])');
      await form.locator('input[name=minutes]').fill('240');
      await form.locator('input[name=why]').fill('密接排查');
      await form.locator('button[type=submit]').click();
      await page.locator('section[aria-labelledby=companions] [aria-live]').waitFor();
      await form.locator('input[name=why]').fill('再查一次，还没有提交');
      const said = page.locator('.under-order.bad');
      await said.waitFor({ timeout: LIVES_MS + 15_000 });
      assert.match(await said.innerText(), /旅程\d+号.*(终止|到期)/);
      assert.equal(await form.count(), 0, 'nothing can be sent any more');
      await shoot(page, 'order-ended');
      const late = await epi.post(`/api/people/${person}/companions`, ask);
      assert.equal(late.body['code'], 'no-mandate');
      assert.match(JSON.stringify(late.body['text']), /旅程\d+号/);

      const dpo = await api('data_protection_officer');
      await until('the order to be destroyed', async () => {
        const { body } = await dpo.get(`/api/mandates/${id}`);
        return body['state'] === 'destroyed';
      });
      const paper = (await dpo.get(`/api/mandates/${id}/certificate`)).body as never;
      assert.equal(verifyDocument(publicKeysOf(house.home), paper), 'right');
      const witness = { name: '王公证', organisation: '公证处', statement: '在场见证' };
      const supervisor = await api('supervisor');
      const signed = await supervisor.post(`/api/mandates/${id}/witness`, witness);
      assert.equal(signed.status, 200);
      await page.goto(`${house.url}/desk/orders/${id}`);
      await page.locator('#order-proof').waitFor();
      assert.match(await page.locator('.witness').innerText(), /王公证/);
      await shoot(page, 'order-destroyed');
      await rise();
    });
  });
}
