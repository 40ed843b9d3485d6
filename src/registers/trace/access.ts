/** What this room protects. */
export const actions = ['entry.read'] as const;
