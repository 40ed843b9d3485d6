/** Signals are read under the permits of alerts and rules; the room has no action of its own. */
export const SIGNALS_ACTIONS = ['alert.read', 'rule.read'] as const;
