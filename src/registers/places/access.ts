/** What this room protects. */
export const actions = ['place.read'] as const;
