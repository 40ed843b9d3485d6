export type { Allowed } from './address.ts';
export { allowedOf } from './address.ts';
export type { AskOptions, Resolve } from './fetch.ts';
export { OUTBOUND_LIMITS, OutboundFault, safeFetch } from './fetch.ts';
