import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { appendDurable } from '#platform/files/index.ts';
import { openDb } from '#platform/db/index.ts';
import { openSigner, signDocument } from '#platform/secrets/index.ts';
import { linkEntries, markChain, writeEntry } from '#registers/trace/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { MAIN } from '../config.ts';

const NOW = Date.UTC(2026, 10, 22, 4);
const home = mkdtempSync(join(tmpdir(), 'fenghuo-verify-'));
const checkpoints = join(home, 'checkpoints.ndjson');
const signer = openSigner({ home });
let fresh: FreshDatabase;

before(async () => {
  fresh = await freshDatabase();
  for (let n = 1; n <= 5; n++)
    await fresh.db.tx((tx) =>
      writeEntry(tx, {
        at: NOW,
        actor: HOUSE,
        action: 'person.read',
        subject: `person:${n}`,
        purpose: '',
        areaCode: '',
      }),
    );
  await linkEntries(fresh.db, { algorithm: 'sha256' }, NOW);
  await markChain(fresh.db, { signer, keep: (line) => appendDurable(checkpoints, line) }, NOW);
});
after(async () => {
  await fresh.drop();
  rmSync(home, { recursive: true });
});

type Said = { code: number; out: string; err: string };
const verify = (...args: string[]): Promise<Said> =>
  new Promise((done) => {
    const env = {
      ...process.env,
      FENGHUO_HOME: home,
      DATABASE_URL: fresh.ownerUrl,
      DATABASE_SERVER_URL: fresh.url,
      DATABASE_WORKER_URL: fresh.workerUrl,
    };
    execFile(process.execPath, [MAIN, 'verify', ...args], { env }, (fault, out, err) =>
      done({ code: Number(fault?.code ?? 0), out, err }),
    );
  });
/** As somebody who owns the server and the patience to put the triggers to sleep. */
async function tamper(sql: string): Promise<void> {
  const owner = openDb(fresh.ownerUrl, { max: 1 });
  await owner.tx(async (tx) => {
    await tx.run(`set local session_replication_role = 'replica'`);
    await tx.run(sql);
  });
  await owner.close();
}

test('a whole chain ends with 0 and the figures', async () => {
  const { code, out } = await verify();
  assert.equal(code, 0);
  assert.match(out, /5 links to 5, 1 checkpoints, 0 faults/);
});

test('a public key kept elsewhere verifies as well; a wrong one finds the signature wrong', async () => {
  const { out: pem } = await verify('key');
  const file = join(home, 'public.pem');
  writeFileSync(file, pem);
  assert.equal((await verify('--key', file, '--checkpoints', checkpoints)).code, 0);
  const other = mkdtempSync(join(tmpdir(), 'fenghuo-other-'));
  writeFileSync(file, openSigner({ home: other }).publicPem);
  rmSync(other, { recursive: true });
  const { code, err } = await verify('--key', file);
  assert.equal(code, 1);
  assert.match(err, /link 5: the signature of the checkpoint is wrong/);
});

test('a signed certificate verifies until a byte of it changes', async () => {
  const file = join(home, 'certificate.json');
  const signed = signDocument(signer, { destroyed: 3, hash: 'ab12' });
  writeFileSync(file, JSON.stringify(signed));
  const right = await verify('certificate', file);
  assert.equal(right.code, 0);
  assert.match(right.out, /is right/);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"destroyed":3', '"destroyed":4'));
  const wrong = await verify('certificate', file);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /changed after it was signed/);
});

test('what was changed and what was cut is named, and the command ends with 1', async () => {
  await tamper(`update trace.entry set purpose = 'other' where id = 2`);
  const changed = await verify();
  assert.equal(changed.code, 1);
  assert.match(changed.err, /link 2 \(entry 2\): the entry is not what was linked/);
  await tamper('truncate trace.entry, trace.link, trace.checkpoint restart identity');
  const replaced = await verify();
  assert.equal(replaced.code, 1);
  assert.match(replaced.err, /link 5: the chain is shorter than a signed checkpoint/);
});
