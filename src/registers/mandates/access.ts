/** What this room protects. */
export const actions = [
  'mandate.read',
  'mandate.propose',
  'mandate.approve',
  'mandate.end',
  'mandate.witness',
] as const;
