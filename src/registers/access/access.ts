/** What this room protects. */
export const actions = ['actor.manage', 'entry.read'] as const;
