/** What this room protects. */
export const actions = ['export.ask', 'export.approve'] as const;
