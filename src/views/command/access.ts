import type { Permit } from '#base/access.ts';

/** What this room protects: the command view and the live feed. */
export const commandPermits: readonly Permit[] = ['command.read', 'live.read'];
