/** What this room protects. */
export const actions = ['misuse.read', 'misuse.judge'] as const;
