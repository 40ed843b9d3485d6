/** What this room protects. */
export const actions = ['post.read', 'post.manage'] as const;
