import * as account from './account.ts';
import * as audit from './audit.ts';
import * as deeds from './deeds.ts';
import * as exports from './exports.ts';
import * as grants from './grants.ts';
import * as keys from './keys.ts';
import * as mapping from './mapping.ts';
import * as orders from './orders.ts';
import * as reasons from './reasons.ts';
import * as retention from './retention.ts';

/** The words of the trust pages, one file per page, both languages side by side. */
export const zh = {
  ...account.zh,
  ...audit.zh,
  ...deeds.zh,
  ...exports.zh,
  ...grants.zh,
  ...keys.zh,
  ...mapping.zh,
  ...orders.zh,
  ...reasons.zh,
  ...retention.zh,
} as const;
export const en: Record<keyof typeof zh, string> = {
  ...account.en,
  ...audit.en,
  ...deeds.en,
  ...exports.en,
  ...grants.en,
  ...keys.en,
  ...mapping.en,
  ...orders.en,
  ...reasons.en,
  ...retention.en,
};
