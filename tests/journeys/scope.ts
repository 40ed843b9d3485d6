import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HOUSE } from '../../src/base/access.ts';
import { setPassword, idsOfLogins } from '../../src/registers/access/index.ts';
import { openPage, signIn } from '../builders/browser.ts';
import type { Story } from './antipyretic.ts';
import { commandPage } from './pages/command.ts';
import type { Stage } from './stage.ts';

const PASSWORD = 'another-street-2026';

/** The officer of another street gets a password from the house, as the command line gives it. */
async function stranger({ db, city, line }: Stage): Promise<{ login: string; password: string }> {
  const street = city.areas.find((it) => it.tier === 'street' && it.code !== line[2]);
  const login = `s${street?.code}`;
  await db.tx(async (tx) => {
    const actorId = (await idsOfLogins(tx, [login])).get(login) ?? 0;
    return setPassword(tx, HOUSE, { actorId, password: PASSWORD }, Date.now());
  });
  return { login, password: PASSWORD };
}

export function scope(stage: () => Stage, story: Story): void {
  describe('an officer of another street', () => {
    test('neither sees the alert in the queue nor opens it by its address', async () => {
      const { house, browser } = stage();
      const { page } = await openPage(browser);
      await signIn(page, house.url, await stranger(stage()), `/command/?alert=${story.alertId}`);
      const room = commandPage(page);
      await room.detail.getByRole('alert').waitFor();
      assert.equal(await room.detail.getByRole('heading', { level: 2 }).count(), 0);
      await stage().shoot(page, 'command-scope');
      await page.goto(`${house.url}/command/?status=closed`);
      await page.locator('.queue .state').waitFor();
      assert.equal(await page.locator('.queue li.alert').count(), 0);
      await page.context().close();
    });

    test('gets nothing from the API either', async () => {
      const { house } = stage();
      const reply = await fetch(`${house.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(await stranger(stage())),
      });
      const cookie = (reply.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
      const ask = async (method: string, path: string) => {
        const answer = await fetch(house.url + path, {
          method,
          headers: { cookie, 'content-type': 'application/json' },
          ...(method === 'POST' ? { body: '{}' } : {}),
        });
        return { status: answer.status, body: (await answer.json()) as { rows?: unknown[] } };
      };
      for (const path of [
        `/api/alerts/${story.alertId}`,
        `/api/alerts/${story.alertId}/signals`,
        `/api/tasks/${story.taskId}`,
        `/api/people/${story.personId}`,
      ])
        assert.equal((await ask('GET', path)).status, 404, path);
      for (const verb of ['accept', 'pass', 'phone'])
        assert.equal((await ask('POST', `/api/tasks/${story.taskId}/${verb}`)).status, 404, verb);
      for (const path of [
        `/api/alerts?status=closed&personId=${story.personId}`,
        `/api/tasks?status=closed&alertId=${story.alertId}`,
      ])
        assert.deepEqual((await ask('GET', path)).body.rows, [], path);
    });
  });
}
