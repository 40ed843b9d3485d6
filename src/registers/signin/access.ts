/** What this room protects; one's own account needs no permit but a session. */
export const actions = ['actor.manage'] as const;
