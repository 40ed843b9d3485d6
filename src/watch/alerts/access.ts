import type { Permit } from '#base/access.ts';

/** What this room protects: alert × read, acknowledge, assign, close. */
export const alertPermits: readonly Permit[] = [
  'alert.read',
  'alert.acknowledge',
  'alert.assign',
  'alert.close',
];
