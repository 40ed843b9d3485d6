import { openLake } from '#platform/lake/index.ts';
import { askRun, dueNow, shippedFields } from '#registers/retention/index.ts';
import { dayOf } from '#base/time.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../config.ts';
import { allPurgers } from '../keeping/lists.ts';
import { clock, openForCommand, placesOf } from '../open.ts';
import { runningLake } from '../start/home.ts';

export const command: Command = {
  summary: 'What outlived its purpose: count it, or have it removed.',
  usage: 'retention --dry-run | --run',
  options: {
    'dry-run': { type: 'boolean', words: 'count per class and day; changes nothing' },
    run: { type: 'boolean', words: 'ask the running house to remove it now' },
  },
  async run({ values, env }) {
    const config = readConfig(env);
    const db = openForCommand(config);
    try {
      if (values.run === true) {
        const run = await db.tx((tx) => askRun(tx, COMMAND_LINE, clock()));
        console.log(`run ${run.id} is asked for; the worker does it within seconds`);
        return 0;
      }
      const url = config.lakeUrl ?? runningLake(config.home);
      if (!url) throw new Error('no lake is running; start the house, or set LAKE_URL');
      const lake = await openLake({ url });
      const logFolder = placesOf(config.home).log;
      const purgers = allPurgers({ db, lake, logFolder, reactions: {}, clock });
      for (const { field, before, due } of await dueNow(
        { fields: shippedFields(), purgers },
        clock(),
      )) {
        const oldest = due.oldestAt === null ? '–' : dayOf(due.oldestAt);
        console.log(
          `${field.code.padEnd(22)} ${String(due.rows).padStart(9)} rows before ${dayOf(before)}` +
            `, oldest ${oldest}${field.isOn ? '' : ' (off)'}`,
        );
      }
      await lake.stop();
      return 0;
    } finally {
      await db.close();
    }
  },
};

const COMMAND_LINE = { id: 0, name: '命令行' };
