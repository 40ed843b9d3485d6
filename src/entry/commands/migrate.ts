import { HOUSE } from '../../house.ts';
import { migrate, openDb } from '#platform/db/index.ts';
import { prepareLogins } from '../start/database.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../config.ts';

export const command: Command = {
  summary: 'Bring the tables of DATABASE_URL up to this version (start does it by itself)',
  usage: '',
  options: {},
  async run({ env }) {
    const config = readConfig(env);
    const { databaseUrl } = config;
    if (!databaseUrl)
      throw new Error('set DATABASE_URL; the embedded database is migrated by `npm start`');
    await prepareLogins(config, databaseUrl);
    const db = openDb(databaseUrl, { max: 2, name: 'migrate' });
    try {
      await migrate(
        db,
        HOUSE.map((room) => room.path),
        (step) => console.log(`${step.room}/${step.name}`),
      );
    } finally {
      await db.close();
    }
    return 0;
  },
};
