/** What this room protects. */
export const actions = ['actor.manage', 'glass.break', 'glass.review'] as const;
