import { accountOf, checkIdentity } from '#intake/records/index.ts';
import { parked } from '#platform/outbox/index.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../config.ts';
import { clock, openForCommand } from '../open.ts';

export const command: Command = {
  summary: 'Say whether every row is accounted for, by source, and what waits',
  usage: '[--check] [--json]',
  options: {
    check: { type: 'boolean', words: 'count everything again, row by row (slow)' },
    json: { type: 'boolean', words: 'one JSON document instead of a table' },
  },
  async run(asked) {
    const db = openForCommand(readConfig(asked.env));
    try {
      const { account, waiting, wrong } = await db.read(async (tx) => ({
        account: await accountOf(tx, clock()),
        waiting: await parked(tx),
        wrong: asked.values.check ? await checkIdentity(tx) : [],
      }));
      if (asked.values.json)
        console.log(JSON.stringify({ ...account, parked: waiting.length, wrong }));
      else print(account, waiting.length, wrong);
      return account.holds && wrong.length === 0 ? 0 : 1;
    } finally {
      await db.close();
    }
  },
};

const COLUMNS = ['received', 'admitted', 'quarantined', 'duplicate', 'pending'] as const;
type Line = Record<(typeof COLUMNS)[number], number>;
type Told = Awaited<ReturnType<typeof accountOf>>;

const line = (name: string, cells: readonly (string | number)[]): string =>
  name.padEnd(28) + cells.map((cell) => String(cell).padStart(13)).join('');

function print(account: Told, waiting: number, wrong: readonly string[]): void {
  const cellsOf = (it: Line): number[] => COLUMNS.map((name) => it[name]);
  console.log(line('', COLUMNS));
  for (const it of account.sources) console.log(line(it.source.en, cellsOf(it)));
  console.log(line('city', cellsOf(account.city)));
  const holds = account.holds ? 'holds' : 'does NOT hold';
  console.log(`received = admitted + quarantined + duplicate + pending ${holds}`);
  if (waiting > 0) console.log(`${waiting} facts are parked after repeated failure`);
  for (const sentence of wrong) console.log(`wrong: ${sentence}`);
}
