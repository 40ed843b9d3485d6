/** What this room protects. */
export const actions = ['decision.read'] as const;
