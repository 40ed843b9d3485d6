/** What this room protects; the policy table says which role may. */
export const RULES_ACTIONS = [
  'rule.read',
  'rule.draft',
  'rule.review',
  'rule.activate',
  'rule.retire',
  'list.read',
  'list.manage',
  'list.import',
] as const;
