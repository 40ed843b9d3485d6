import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { DESKTOP, type Look, openPage, PHONE } from '../builders/browser.ts';
import { violationsOf } from '../faces/axe.ts';
import type { Story } from './antipyretic.ts';
import type { Stage } from './stage.ts';

type Screen = { name: string; role: string; path: string; ready: string };

/** The screens of the three faces with what must stand there before they are looked at. */
const screensOf = (story: Story): Screen[] => {
  const desk = (role: string, path: string, ready = 'main h1'): Screen => ({
    name: `desk${path.replaceAll(/[/?=]/g, '-')}`.replace(story.batch, 'batch'),
    role,
    path: `/desk${path}`,
    ready,
  });
  const room = (name: string, query: string, ready: string): Screen => ({
    name: `command-${name}`,
    role: 'supervisor',
    path: `/command/?tab=panel&${query}`,
    ready,
  });
  return [
    { name: 'door', role: '', path: '/', ready: 'form button' },
    room('trend', 'panel=trend', '.side canvas, .side svg, .side table'),
    room('board', 'panel=board', '.breaches, .side .state'),
    room('areas', 'panel=areas', '.side table, .side li, .side .state'),
    room('sources', 'panel=sources', '.side li'),
    room('alert', `status=closed&alert=${story.alertId}`, '.detail .hops li'),
    { name: 'field-list', role: 'community_worker', path: '/field/', ready: '.top .chip.good' },
    { name: 'field-me', role: 'community_worker', path: '/field/#/me', ready: 'main h1' },
    desk('data_steward', '/sources', 'tbody tr'),
    desk('data_steward', '/batches', 'tbody tr'),
    desk('data_steward', `/batches/${story.batch}`, '.timeline li'),
    desk('data_steward', '/quarantine', 'tbody tr'),
    desk('epidemiologist', '/rules', 'tbody tr'),
    desk('epidemiologist', '/rules/antipyretic-after-risk-trip', '.tiles'),
    desk('epidemiologist', '/rules/new/draft'),
    desk('epidemiologist', '/lists', 'tbody tr'),
    desk('epidemiologist', '/codes'),
    desk('epidemiologist', '/people'),
    desk('epidemiologist', `/people/${story.personId}?from=alert-${story.alertId}`),
    desk('epidemiologist', '/areas', 'tbody tr'),
    desk('epidemiologist', '/places', 'tbody tr'),
    desk('epidemiologist', '/diseases', 'tbody tr'),
    desk('epidemiologist', '/posts', 'tbody tr'),
    desk('epidemiologist', '/orders', 'tbody tr'),
    desk('data_protection_officer', '/orders/1', '.facts'),
    desk('supervisor', '/entries', 'tbody tr'),
    desk('supervisor', '/grants'),
    desk('district_officer', '/hand-overs'),
    desk('data_protection_officer', '/misuse'),
    desk('data_protection_officer', '/exports'),
    desk('data_steward', '/sources/10', 'tbody tr'),
    desk('data_steward', '/sources/10/mapping', 'input[type=file]'),
    desk('data_protection_officer', '/retention', 'tbody tr'),
    desk('administrator', '/actors', 'tbody tr'),
    desk('administrator', '/account', '.account-cards'),
  ];
};

/** Each screen is seen in both languages, both themes and both widths, in two looks; neighbours in the other two. */
const LOOKS: [Required<Look>, Required<Look>][] = [
  [
    { lang: 'zh', theme: 'light', viewport: DESKTOP },
    { lang: 'zh', theme: 'dark', viewport: DESKTOP },
  ],
  [
    { lang: 'en', theme: 'dark', viewport: PHONE },
    { lang: 'en', theme: 'light', viewport: PHONE },
  ],
];

const nameOf = (look: Required<Look>): string =>
  `${look.lang}-${look.theme}-${look.viewport === PHONE ? 'phone' : 'desktop'}`;

/** Nothing may stick out at the side of a phone: the page itself never scrolls sideways. */
const sticksOut = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function lookAt(stage: Stage, look: Required<Look>, screens: Screen[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const role of new Set(screens.map((it) => it.role))) {
    const { page, faults } = await openPage(stage.browser, look);
    if (role) {
      const { cookie } = await stage.api(role);
      const [name = '', value = ''] = cookie.split('=');
      await page.context().addCookies([{ name, value, url: stage.house.url }]);
    }
    for (const screen of screens.filter((it) => it.role === role)) {
      const where = `${screen.name} ${nameOf(look)}`;
      await page.goto(stage.house.url + screen.path);
      if (screen.path.includes('#')) await page.reload();
      try {
        await page.locator(screen.ready).first().waitFor({ timeout: 10_000 });
        wrong.push(...(await violationsOf(page)).map((it) => `${where}: ${it}`));
        const px = await sticksOut(page);
        if (px > 0) wrong.push(`${where}: ${px} px wider than the screen`);
      } catch (fault) {
        wrong.push(`${where}: ${fault instanceof Error ? fault.message.split('\n')[0] : fault}`);
      }
      await stage.shoot(page, `${screen.name}-${nameOf(look)}`);
      wrong.push(...faults.splice(0).map((it) => `${where}: ${it}`));
    }
    await page.context().close();
  }
  return wrong;
}

export function screens(stage: () => Stage, story: Story): void {
  describe('every screen', () => {
    for (const looks of LOOKS)
      test(`is without fault for axe and the console, ${looks.map(nameOf).join(' or ')}`, async () => {
        const screens = screensOf(story);
        const halves = looks.map((look, n) =>
          lookAt(
            stage(),
            look,
            screens.filter((_, i) => i % looks.length === n),
          ),
        );
        assert.deepEqual((await Promise.all(halves)).flat(), []);
      });
  });
}
