/** What this room protects. */
export const actions = [
  'person.read',
  'person.search',
  'person.reveal',
  'tie.propose',
  'tie.accept',
] as const;
