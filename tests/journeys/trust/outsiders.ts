import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openPage, signIn } from '../../builders/browser.ts';
import type { Stage } from '../stage.ts';

/** A person, an alert and the code of a district that is not the clerk's. */
async function neighbour({ db, line }: Stage) {
  const own = line[1].slice(0, 6);
  const found = await db.read((tx) =>
    tx.row<{ person: number; area: string }>(
      `select id as person, rpad(left(area_code, 6), 12, '0') as area from people.person
       where status = 'identified' and area_code <> '' and not starts_with(area_code, $1)
       order by id desc limit 1`,
      [own],
    ),
  );
  assert.ok(found, 'somebody lives in another district');
  return found;
}

const entriesAbout = (stage: Stage, person: number) =>
  stage.db.read((tx) =>
    tx.rows<{ action: string; roles: string[] }>(
      `select action, roles from trace.entry where subject = $1 order by id desc limit 20`,
      [`person:${person}`],
    ),
  );

export function outsiders(stage: () => Stage): void {
  describe('a clerk of one district and the case of the next', () => {
    test('by the API: no path about the person shows anything from beyond the own places', async () => {
      const { person } = await neighbour(stage());
      const own = stage().line[1].slice(0, 6);
      const clerk = (await stage().api('district_officer')).call;
      for (const path of ['', '/timeline', '/decisions', '/why']) {
        const reply = await clerk('GET', `/api/people/${person}${path}`);
        // What was recorded at places of the own district is known there, whoever it was about.
        const rows = (reply.body['rows'] ?? []) as { placeArea?: string }[];
        const foreign = rows.filter((it) => !it.placeArea?.startsWith(own));
        const isNothing = reply.status === 200 && foreign.length === 0;
        assert.ok(reply.status === 404 || isNothing, `${path}: ${reply.status}`);
      }
      const alerts = await clerk('GET', `/api/alerts?personId=${person}`);
      assert.deepEqual(alerts.body['rows'], []);
    });

    test('by export: the file of the next district cannot even be asked for', async () => {
      const { area } = await neighbour(stage());
      const clerk = (await stage().api('district_officer')).call;
      for (const subject of ['people', 'alerts', 'tasks']) {
        const body = { subject, filter: { areaCode: area }, purpose: '核对邻区名单' };
        const reply = await clerk('POST', '/api/exports', body);
        assert.deepEqual([reply.status, reply.body['code']], [400, 'nothing-to-export'], subject);
      }
    });

    test('what was tried stands in the audit trail', async () => {
      const { person } = await neighbour(stage());
      const tried = (await entriesAbout(stage(), person)).filter((it) =>
        it.action.endsWith('.refused'),
      );
      assert.ok(tried.length > 0, 'a refused reading leaves an entry');
      assert.ok(tried.every((it) => it.roles.includes('district_officer')));
    });
  });

  describe('an administrator', () => {
    test('has no door to people on the desk, and a page typed by hand shows none', async () => {
      const login = stage().house.logins.find((it) => it.role === 'administrator');
      assert.ok(login, 'the house printed a login for the administrator');
      const { page } = await openPage(stage().browser);
      page.setDefaultTimeout(20_000);
      await signIn(page, stage().house.url, login, '/desk/');
      await page.locator('.desk-nav').getByText('账号').first().waitFor();
      assert.equal(await page.locator('.desk-nav a[href="/desk/people"]').count(), 0);
      const { person } = await neighbour(stage());
      await page.goto(`${stage().house.url}/desk/people/${person}`);
      await page.locator('.purpose select').selectOption('case-investigation');
      await page.getByRole('alert').waitFor();
      assert.equal(await page.locator('table').count(), 0);
      await stage().shoot(page, 'desk-administrator');
      await page.context().close();
    });

    test('is refused by every request that reads people', async () => {
      const { person } = await neighbour(stage());
      const admin = (await stage().api('administrator')).call;
      for (const path of [
        '/api/people',
        `/api/people/${person}`,
        `/api/people/${person}/timeline`,
        '/api/alerts',
        '/api/tasks',
        '/api/exports',
        '/api/entries',
      ])
        assert.equal((await admin('GET', path)).status, 403, path);
      const search = await admin('POST', '/api/people/search', { name: '王伟' });
      assert.equal(search.status, 403);
    });
  });
}
