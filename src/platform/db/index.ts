export type { Db, OpenDbOptions, Tx } from './database.ts';
export { openDb } from './database.ts';
export { DbFault } from './fault.ts';
export type { MigrationStep } from './migrate.ts';
export { migrate, migrationFiles } from './migrate.ts';
export type { Postgres, StartPostgresOptions } from './postgres.ts';
export { startPostgres } from './postgres.ts';
