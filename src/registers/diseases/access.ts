/** What this room protects. */
export const actions = ['disease.read'] as const;
