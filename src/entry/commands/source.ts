import { HOUSE as HOUSE_ACTOR } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { issueKey, sourceDirectory } from '#intake/sources/index.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../config.ts';
import { clock, openForCommand } from '../open.ts';

const DAYS = 365;

export const command: Command = {
  summary: 'List the data sources, or issue a key for one',
  usage: '[key CODE]',
  options: {},
  async run(asked) {
    const db = openForCommand(readConfig(asked.env));
    try {
      const sources = [...(await sourceDirectory(db)).byId.values()];
      const [verb, code] = asked.positionals;
      if (verb === undefined) {
        for (const it of sources)
          console.log(
            `${it.code.padEnd(24)} ${it.formats.join(',').padEnd(16)} ${it.words.zh} · ${it.words.en}`,
          );
        return 0;
      }
      const source = sources.find((it) => it.code === code);
      if (verb !== 'key' || !source)
        throw new Error(
          `usage: fenghuo source ${command.usage}; sources: ${sources.map((it) => it.code).join(', ')}`,
        );
      const key = await db.tx((tx) =>
        issueKey(tx, HOUSE_ACTOR, { sourceId: source.id, days: DAYS }, clock()),
      );
      if (isRefusal(key)) throw new Error(key.text.en);
      console.log(key.key);
      console.error(
        `shown this once; good until ${new Date(key.expiresAt).toISOString().slice(0, 10)}`,
      );
      return 0;
    } finally {
      await db.close();
    }
  },
};
