import * as records from '#intake/records/contract.ts';
import * as sources from '#intake/sources/contract.ts';
import * as mapping from '#intake/sources/mapping/contract.ts';
import * as access from '#registers/access/contract.ts';
import * as agencies from '#registers/agencies/contract.ts';
import * as areas from '#registers/areas/contract.ts';
import * as diseases from '#registers/diseases/contract.ts';
import * as mandates from '#registers/mandates/contract.ts';
import * as misuse from '#registers/misuse/contract.ts';
import * as people from '#registers/people/contract.ts';
import * as sight from '#registers/people/sight/contract.ts';
import * as places from '#registers/places/contract.ts';
import * as retention from '#registers/retention/contract.ts';
import * as signin from '#registers/signin/contract.ts';
import * as trace from '#registers/trace/contract.ts';
import * as tasks from '#response/tasks/contract.ts';
import * as command from '#views/command/contract.ts';
import * as exports from '#views/exports/contract.ts';
import * as alerts from '#watch/alerts/contract.ts';
import * as companions from '#watch/companions/contract.ts';
import * as reasons from '#watch/reasons/contract.ts';
import * as rules from '#watch/rules/contract.ts';
import * as lists from '#watch/rules/lists/contract.ts';
import * as signals from '#watch/signals/contract.ts';

/** Every contract of the house, for the OpenAPI document; tests/golden/openapi.test.ts misses none. */
export const CONTRACTS: readonly Record<string, unknown>[] = [
  trace,
  access,
  signin,
  areas,
  places,
  diseases,
  agencies,
  mandates,
  misuse,
  people,
  sight,
  retention,
  sources,
  mapping,
  records,
  rules,
  lists,
  companions,
  signals,
  alerts,
  reasons,
  tasks,
  exports,
  command,
];
