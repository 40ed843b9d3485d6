/** Actions this room protects. */
export const RECORD_ACTIONS = [
  'batch.read',
  'quarantine.read',
  'quarantine.mend',
  'timeline.read',
] as const;
