import * as records from '#intake/records/contract.ts';
import * as sources from '#intake/sources/contract.ts';
import * as access from '#registers/access/contract.ts';
import * as agencies from '#registers/agencies/contract.ts';
import * as areas from '#registers/areas/contract.ts';
import * as diseases from '#registers/diseases/contract.ts';
import * as people from '#registers/people/contract.ts';
import * as places from '#registers/places/contract.ts';
import * as trace from '#registers/trace/contract.ts';
import * as tasks from '#response/tasks/contract.ts';
import * as command from '#views/command/contract.ts';
import * as alerts from '#watch/alerts/contract.ts';
import * as rules from '#watch/rules/contract.ts';
import * as signals from '#watch/signals/contract.ts';

/** Every contract of the house, for the OpenAPI document. */
export const CONTRACTS: readonly Record<string, unknown>[] = [
  trace,
  access,
  areas,
  places,
  diseases,
  agencies,
  people,
  sources,
  records,
  rules,
  signals,
  alerts,
  tasks,
  command,
];
