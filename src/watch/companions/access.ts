/** What this room protects. */
export const actions = ['companion.read'] as const;
