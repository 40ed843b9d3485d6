/** What this room protects beside `decision.read`: a resident's own reasons. */
export const actions = ['self.read'] as const;
