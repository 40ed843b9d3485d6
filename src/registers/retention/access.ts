/** What this room protects. */
export const actions = ['retention.read', 'retention.run'] as const;
