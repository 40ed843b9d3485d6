/**
 * One of the writers of the trace bench: so many connections, each writing one entry after another,
 * every one in a transaction of its own as a request does. Answers how many it wrote.
 * `node writer.ts URL SECONDS CONNECTIONS trace|plain`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openDb, type Tx } from '#platform/db/index.ts';
import { writeEntry } from '#registers/trace/index.ts';

const [url = '', seconds = '10', connections = '16', table = 'trace'] = process.argv.slice(2);
const db = openDb(url, { max: Number(connections), name: 'bench writer' });
const sight = db.seeing({ areaPrefix: '429001', actorId: 7 });
const actor = {
  id: 7,
  login: 'clerk',
  name: '职员',
  roles: ['investigator'],
  areaCode: '429001000000',
  unit: 'cdc',
};

let n = process.pid * 1_000_000;
const entry = () => {
  n += 1;
  const id = (n * 7_919) % 1_000_000;
  return {
    at: Date.now(),
    actor: { ...actor, id: id % 5_000 },
    action: 'person.read',
    subject: `person:${id}`,
    purpose: '核查本区聚集性疫情',
    areaCode: '429001002003',
  };
};

/** The same row into a table that has its primary key and nothing else. */
async function insertPlain(tx: Tx): Promise<void> {
  const it = entry();
  await tx.run(
    `insert into bench_plain
       (at, actor_id, roles, unit, action, subject, purpose, area_code, persons, mandate_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      new Date(it.at),
      it.actor.id,
      it.actor.roles.join(' '),
      it.actor.unit,
      it.action,
      it.subject,
      it.purpose,
      it.areaCode,
      [Number(it.subject.slice(7))],
      null,
    ],
  );
}

const write = table === 'plain' ? insertPlain : (tx: Tx) => writeEntry(tx, entry());
let written = 0;
let isOver = false;
await sight.read((tx) => tx.row('select 1'));
process.send?.('ready');
await new Promise((go) => process.once('message', go));
const loops = Array.from({ length: Number(connections) }, async () => {
  while (!isOver) {
    await sight.tx(write);
    written += 1;
  }
});
await sleep(Number(seconds) * 1000);
isOver = true;
await Promise.all(loops);
await db.close();
process.send?.(written);
