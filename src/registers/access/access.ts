/** What this room protects. */
export const actions = ['actor.manage'] as const;
