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

type Line = {
  received: number;
  admitted: number;
  quarantined: number;
  duplicate: number;
  pending: number;
};

function print(
  account: Awaited<ReturnType<typeof accountOf>>,
  waiting: number,
  wrong: readonly string[],
): void {
  const line = (name: string, it: Line): string =>
    `${name.padEnd(28)} ${[it.received, it.admitted, it.quarantined, it.duplicate, it.pending].map((n) => String(n).padStart(11)).join('')}`;
  console.log(
    `${''.padEnd(28)} ${['received', 'admitted', 'quarantined', 'duplicate', 'pending'].map((n) => n.padStart(11)).join('')}`,
  );
  for (const it of account.sources) console.log(line(it.source.en, it));
  console.log(line('city', account.city));
  console.log(
    account.holds
      ? 'received = admitted + quarantined + duplicate + pending holds'
      : 'the account does NOT hold',
  );
  if (waiting > 0) console.log(`${waiting} facts are parked after repeated failure`);
  for (const sentence of wrong) console.log(`wrong: ${sentence}`);
}
