import type { Permit } from '#base/access.ts';

/**
 * What this room protects: task × read, accept, pass, answer, return, assign, supervise,
 * investigate.
 */
export const taskPermits: readonly Permit[] = [
  'task.read',
  'task.accept',
  'task.pass',
  'task.answer',
  'task.return',
  'task.assign',
  'task.supervise',
  'task.investigate',
];
