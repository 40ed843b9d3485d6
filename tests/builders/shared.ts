import { join } from 'node:path';

/** Real messages and series beside the checkout. Tests that use them say so when they are not there. */
export const SHARED_DATA =
  process.env['FENGHUO_SHARED_DATA'] ?? join(import.meta.dirname, '../../../shared/data');
