/** What this room protects. */
export const actions = ['area.read'] as const;
