import type { SealedColumn } from '#base/keeping.ts';

/** Columns of this room that are sealed. */
export const signinSealed: readonly SealedColumn[] = [
  { table: 'signin.totp', key: ['actor_id'], column: 'sealed_secret' },
  { table: 'signin.handshake', key: ['hash'], column: 'sealed' },
];
