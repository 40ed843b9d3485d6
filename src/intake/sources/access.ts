/** Actions this room protects. */
export const SOURCE_ACTIONS = ['source.read', 'source.manage'] as const;
