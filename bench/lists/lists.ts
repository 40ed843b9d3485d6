/** What the lists bench and the walls bench ask: the rooms' own functions, each in its own scope. */
import { randomBytes } from 'node:crypto';
import type { Scope } from '../../src/base/access.ts';
import { prefixOf } from '../../src/base/areas.ts';
import type { Tx } from '../../src/platform/db/index.ts';
import { vaultOf } from '../../src/platform/secrets/index.ts';
import { listPersons } from '../../src/registers/people/index.ts';
import {
  boardPage,
  breachesPage,
  loadPage,
  taskFigures,
} from '../../src/response/tasks/reads/board.ts';
import { myTasks, tasksPage } from '../../src/response/tasks/reads/lists.ts';
import {
  alertFigures,
  alertPoints,
  alertsPage,
  countByArea,
} from '../../src/watch/alerts/reads/lists.ts';
import { CITY, COMMUNITY, DISTRICT, STREET } from './seed.ts';

const limit = 50;
const scopeOf = (areaCode: string): Scope => ({
  actor: { id: 77, login: 'bench', name: 'bench', roles: [], areaCode },
  areaPrefix: prefixOf(areaCode),
  purpose: 'bench',
});
const [city, district, street, community] = [CITY, DISTRICT, STREET, COMMUNITY].map(scopeOf) as [
  Scope,
  Scope,
  Scope,
  Scope,
];
const vault = vaultOf([{ id: 1, key: randomBytes(32) }]);

/** One page, or one count; asked in a transaction that sees what its scope may. */
export type Ask = {
  readonly scope: Scope;
  readonly ask: (tx: Tx, after: string | undefined) => Promise<unknown>;
};
/** Every list of the house at a given moment, epoch ms. */
export const listsAt = (now: number): Record<string, Ask> => ({
  'alerts: city, live': { scope: city, ask: (tx, after) => alertsPage(tx, city, { after, limit }) },
  'alerts: district, live': {
    scope: district,
    ask: (tx, after) => alertsPage(tx, district, { after, limit }),
  },
  'alerts: community, live': {
    scope: community,
    ask: (tx, after) => alertsPage(tx, community, { after, limit }),
  },
  'alerts: city, red': {
    scope: city,
    ask: (tx, after) => alertsPage(tx, city, { level: 1, after, limit }),
  },
  'alerts: city, assigned to me': {
    scope: city,
    ask: (tx, after) => alertsPage(tx, city, { assigned: 'me', after, limit }),
  },
  'alerts: city, one rule': {
    scope: city,
    ask: (tx, after) => alertsPage(tx, city, { ruleId: 'rule-7', after, limit }),
  },
  'alerts: street, closed': {
    scope: street,
    ask: (tx, after) => alertsPage(tx, street, { status: 'closed', after, limit }),
  },
  'alerts: figures of the city': {
    scope: city,
    ask: (tx) => alertFigures(tx, city, undefined, now),
  },
  'alerts: map by street': { scope: city, ask: (tx) => countByArea(tx, city, undefined, 9) },
  'alerts: map points': { scope: city, ask: (tx) => alertPoints(tx, city, undefined, 501) },
  'tasks: city, live': {
    scope: city,
    ask: (tx, after) => tasksPage(tx, city, { after, limit }, now),
  },
  'tasks: street, waiting': {
    scope: street,
    ask: (tx, after) => tasksPage(tx, street, { status: 'waiting', after, limit }, now),
  },
  'tasks: community, live': {
    scope: community,
    ask: (tx, after) => tasksPage(tx, community, { after, limit }, now),
  },
  'tasks: city, closed': {
    scope: city,
    ask: (tx, after) => tasksPage(tx, city, { status: 'closed', after, limit }, now),
  },
  'tasks: city, supervised': {
    scope: city,
    ask: (tx, after) => tasksPage(tx, city, { supervised: 'yes', after, limit }, now),
  },
  'tasks: mine': { scope: community, ask: (tx, after) => myTasks(tx, community, { after, limit }) },
  'tasks: breaches of the city': {
    scope: city,
    ask: (tx, after) => breachesPage(tx, city, { after, limit }),
  },
  'tasks: board by district': {
    scope: city,
    ask: (tx) => boardPage(tx, city, { tier: 'district', limit }, codesOf(6), now),
  },
  'tasks: board by street': {
    scope: district,
    ask: (tx) => boardPage(tx, district, { tier: 'street', limit }, codesOf(9), now),
  },
  'tasks: load of a street': {
    scope: street,
    ask: (tx, after) => loadPage(tx, street, { after, limit }, now),
  },
  'tasks: figures of the city': { scope: city, ask: (tx) => taskFigures(tx, city, undefined, now) },
  'people: city': {
    scope: city,
    ask: (tx, after) => listPersons(tx, vault, city, { after, limit }),
  },
  'people: community': {
    scope: community,
    ask: (tx, after) => listPersons(tx, vault, community, { after, limit }),
  },
});

function codesOf(digits: 6 | 9): string[] {
  const two = (n: number) => String(n + 1).padStart(2, '0');
  const districts = Array.from({ length: 10 }, (_, d) => `4299${two(d)}`);
  const codes =
    digits === 6
      ? districts
      : districts.flatMap((d) => Array.from({ length: 10 }, (_, s) => `${d}0${two(s)}`));
  return codes.map((code) => code.padEnd(12, '0'));
}
