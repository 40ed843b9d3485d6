import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Db, openDb } from '../../src/platform/db/index.ts';
import { type City, makeCity } from '../../tools/city/city.ts';
import { SMALL_MAP } from '../../tools/city/map/geography.ts';
import { isAbroad, type Person, personAt } from '../../tools/city/people/person.ts';
import { showcase, WATCH_LISTS, listMembers } from '../../tools/city/registers.ts';
import { type Look, openBrowser, openPage, signIn } from '../builders/browser.ts';
import { type RunningHouse, signIn as apiSignIn, startHouse } from '../builders/house.ts';

const SEED = 20_261_121;
const PERSONS = 3000;
const LADDERS = join(import.meta.dirname, '../../data/ladders');

/** A blue task lies at a street so long before its clock is missed; all other clocks are the city's. */
const BLUE_STREET_MINUTES = 0.05;

export type Api = Awaited<ReturnType<typeof apiSignIn>>;
export type Seat = { readonly page: Page; readonly role: string; readonly faults: string[] };

export type Stage = {
  readonly house: RunningHouse;
  readonly browser: Browser;
  readonly db: Db;
  readonly city: City;
  /** City, district, street and community of the printed logins. */
  readonly line: readonly [string, string, string, string];
  /** Adults of that community with a citizen card, on no watch-list; each journey takes its own. */
  readonly adults: readonly Person[];
  /** A page of its own, signed in through the sign-in page. */
  sit(role: string, options?: Look & { next?: string }): Promise<Seat>;
  api(role: string): Promise<Api>;
  placeCode(kind: string): string;
  shoot(page: Page, name: string): Promise<void>;
  /** Everybody gets up: pages are closed, and none may have had a fault in its console. */
  rise(): Promise<void>;
  end(): Promise<void>;
};

/** The standard ladder with one clock of seconds, so that a journey can miss it. */
function hastyLadders(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fenghuo-ladders-'));
  cpSync(LADDERS, folder, { recursive: true });
  const path = join(folder, 'standard-2025.json');
  const ladder = JSON.parse(readFileSync(path, 'utf8')) as {
    clocks: Record<string, { accept: Record<string, number> }>;
  };
  const blue = ladder.clocks['4'];
  assert.ok(blue, 'the standard ladder has clocks for blue alerts');
  blue.accept['street'] = BLUE_STREET_MINUTES;
  writeFileSync(path, JSON.stringify(ladder));
  return folder;
}

function adultsOf(city: City, code: string): Person[] {
  const at = city.communities.findIndex((it) => it.code === code);
  const listed = new Set(
    WATCH_LISTS.flatMap(({ id }) => [...listMembers(city, id)].map((m) => m.idNo)),
  );
  const people: Person[] = [];
  for (let i = city.firstOf[at] ?? 0; i < (city.firstOf[at + 1] ?? 0); i++) {
    const person = personAt(city, i);
    const isFit = person.age >= 18 && person.idType === 'citizen' && !isAbroad(city, i);
    if (isFit && !listed.has(person.idNo)) people.push(person);
  }
  return people;
}

/** Starts a whole house with a small city and a browser beside it. */
export async function openStage(): Promise<Stage> {
  const ladders = hastyLadders();
  const house = await startHouse({
    env: { FENGHUO_PERSONS: String(PERSONS), FENGHUO_LADDERS: ladders },
  });
  const browser = await openBrowser();
  const db = openDb(house.databaseUrl(), { max: 2, name: 'journeys' });
  const city = makeCity({ seed: SEED, persons: PERSONS, map: SMALL_MAP });
  const [top = '', district = '', street = '', community = ''] = showcase(city);
  const seats: Seat[] = [];
  const apis = new Map<string, Promise<Api>>();
  return {
    house,
    browser,
    db,
    city,
    line: [top, district, street, community],
    adults: adultsOf(city, community),
    async sit(role, { next, ...look } = {}) {
      const login = house.logins.find((it) => it.role === role);
      assert.ok(login, `the house printed a login for ${role}`);
      const { page, faults } = await openPage(browser, look);
      page.setDefaultTimeout(20_000);
      seats.push({ page, role, faults });
      await signIn(page, house.url, login, next);
      return { page, role, faults };
    },
    api(role) {
      const known = apis.get(role) ?? apiSignIn(house, role);
      apis.set(role, known);
      return known;
    },
    placeCode: (kind) => city.places.find((it) => it.kind === kind)?.code ?? '',
    shoot: (page, name) => shoot(page, name),
    async rise() {
      const gone = seats.splice(0);
      await Promise.all(gone.map(({ page }) => page.context().close()));
      assert.deepEqual(
        gone.flatMap(({ role, faults }) => faults.map((it) => `${role}: ${it}`)),
        [],
      );
    },
    async end() {
      await browser.close();
      await db.close();
      await house.stop();
      house.remove();
      rmSync(ladders, { recursive: true, force: true });
    },
  };
}

/** Keeps a picture when a folder for pictures is named; the tests do not depend on it. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['FENGHUO_SHOTS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** How a list shows a person whose file the reader has not opened: the family name, then stars. */
export const shownName = (person: Person | undefined): string => `${person?.name.charAt(0)}*`;
