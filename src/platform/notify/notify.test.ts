import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isRefusal } from '#base/refusal.ts';
import { MINUTE, SECOND } from '#base/time.ts';
import { allowedOf } from '#platform/outbound/index.ts';
import { vaultOf } from '#platform/secrets/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import {
  gatewaySender,
  type Letter,
  NOTIFY_LIMITS,
  notify,
  sendWaiting,
  spoolSender,
  waitAfter,
} from './index.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const vault = vaultOf([{ id: 1, key: randomBytes(32) }]);
let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase();
});
after(() => fresh.drop());

const queue = (key: string, now = NOW) =>
  fresh.db.tx((tx) =>
    notify(
      tx,
      vault,
      {
        key,
        channel: 'sms',
        to: vault.seal('13800138000'),
        template: 'signin-code',
        params: { code: '123456' },
      },
      now,
    ),
  );
const empty = () => fresh.db.tx((tx) => tx.run('delete from notify.message'));
const rows = () =>
  fresh.db.read((tx) =>
    tx.rows<{ state: string; tries: number; wiped: boolean; raw: string }>(
      `select state, tries, sealed_to is null and sealed_params is null as wiped,
         coalesce(encode(sealed_params, 'escape'), '') || encode(coalesce(sealed_to, ''), 'escape') as raw
       from notify.message order by id`,
    ),
  );

test('a message is sealed while it waits, sent once per key, and wiped when sent', async () => {
  await empty();
  assert.deepEqual(await queue('a'), { queued: true });
  assert.deepEqual(await queue('a'), { queued: false });
  const [waiting] = await rows();
  assert.doesNotMatch(waiting?.raw ?? '', /123456|138/);
  const sent: Letter[] = [];
  const send = async (letter: Letter): Promise<void> => void sent.push(letter);
  const both = await Promise.all([
    sendWaiting({ db: fresh.db, vault, send }, NOW),
    sendWaiting({ db: fresh.db, vault, send }, NOW),
  ]);
  assert.equal(both[0].sent + both[1].sent, 1, 'two workers send one');
  assert.deepEqual(sent[0]?.params, { code: '123456' });
  assert.deepEqual([(await rows())[0]?.state, (await rows())[0]?.wiped], ['sent', true]);
  assert.deepEqual(await queue('a', NOW + MINUTE), { queued: false }, 'its key is remembered');
});

test('a failure is tried again after growing waits and given up in the end, wiped', async () => {
  await empty();
  await queue('b');
  const send = () => Promise.reject(new Error('gateway down'));
  let now = NOW;
  for (let tries = 1; tries <= NOTIFY_LIMITS.triesMax; tries++) {
    assert.deepEqual(await sendWaiting({ db: fresh.db, vault, send }, now), { sent: 0, failed: 1 });
    const early = now + waitAfter(tries) - SECOND;
    assert.equal((await sendWaiting({ db: fresh.db, vault, send }, early)).failed, 0);
    now += waitAfter(tries);
  }
  const [row] = await rows();
  assert.deepEqual([row?.state, row?.tries, row?.wiped], ['given_up', 8, true]);
});

test('more than ten thousand waiting are refused', async () => {
  await empty();
  await fresh.db.tx((tx) =>
    tx.run(
      `insert into notify.message
         (key, channel, template, sealed_to, sealed_params, next_at, made_at)
       select n::text, 'sms', 't', '', '', $1, $1 from generate_series(1, $2) n`,
      [new Date(NOW), NOTIFY_LIMITS.waitingMax],
    ),
  );
  const refused = await queue('one more');
  assert.ok(isRefusal(refused) && refused.code === 'notify-full');
});

const letter: Letter = {
  key: 'k1',
  channel: 'sms',
  to: '13800138000',
  template: 'signin-code',
  params: { code: '123456' },
};

test('the spool is read by its owner only', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'fenghuo-spool-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const folder = join(home, 'outbox');
  await spoolSender(folder)(letter);
  const [name = ''] = await readdir(folder);
  assert.doesNotMatch(name, /138/);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(await readFile(join(folder, name), 'utf8')), letter);
});

test('the gateway gets the letter with its key and our token; anything but 2xx is a failure', async (t) => {
  const heard: { headers: Record<string, unknown>; body: string }[] = [];
  let status = 202;
  const server = createServer(async (request, reply) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    heard.push({ headers: request.headers, body });
    reply.writeHead(status).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`;
  const send = gatewaySender({ url, token: 'sesame', allowed: allowedOf('127.0.0.1') });
  await send(letter);
  assert.equal(heard[0]?.headers['authorization'], 'Bearer sesame');
  assert.equal(heard[0]?.headers['idempotency-key'], 'k1');
  assert.deepEqual(JSON.parse(heard[0]?.body ?? ''), letter);
  status = 500;
  await assert.rejects(send(letter), /answered 500/);
  await assert.rejects(gatewaySender({ url })(letter), 'an address at home must be listed');
});
