import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type PublicKeys,
  publicKeysIn,
  publicKeysOf,
  type Signed,
  verifyDocument,
} from '#platform/secrets/index.ts';
import {
  type Checkpoint,
  readCheckpoint,
  type Verified,
  verifyTrace,
  wordsOfFault,
} from '#registers/trace/index.ts';
import { type Asked, type Command, textOption } from '../command.ts';
import { type Config, readConfig } from '../config.ts';
import { clock, openForCommand, placesOf } from '../open.ts';

export const command: Command = {
  summary: 'Verify the audit chain, or the signature of a certificate',
  usage:
    '[--from SEQ] [--checkpoints FILE] [--key PUBLIC.pem] | certificate FILE [--key PUBLIC.pem] | key',
  options: {
    from: { type: 'string', words: 'begin at this link; what stands before is taken for right' },
    checkpoints: {
      type: 'string',
      words: 'a copy of checkpoints.ndjson; the one of the home without',
    },
    key: {
      type: 'string',
      words: 'public keys in PEM, kept elsewhere; the keys of the home without',
    },
  },
  async run(asked) {
    const [what, file] = asked.positionals;
    const config = readConfig(asked.env);
    const keys = keysFor(asked, config);
    if (what === 'key') return printKeys(keys);
    if (what === 'certificate') return certificate(keys, file);
    if (what) throw new Error(`usage: fenghuo verify ${command.usage}`);
    return chain(asked, config, keys);
  },
};

function keysFor(asked: Asked, { home }: Config): PublicKeys {
  const path = textOption(asked, 'key');
  const keys = path ? publicKeysIn(readFileSync(path, 'utf8')) : publicKeysOf(home);
  if (keys.size === 0) throw new Error(`there is no public key in ${path ?? home}`);
  return keys;
}

/** To be kept where the house cannot reach it, before it is needed. */
function printKeys(keys: PublicKeys): number {
  for (const [id, key] of keys) {
    console.error(`key ${id}`);
    process.stdout.write(key.export({ type: 'spki', format: 'pem' }));
  }
  return 0;
}

function certificate(keys: PublicKeys, file: string | undefined): number {
  if (!file) throw new Error('usage: fenghuo verify certificate FILE [--key PUBLIC.pem]');
  const signed = readCheckpoint(readFileSync(file, 'utf8'));
  const verdict = signed ? verifyDocument(keys, signed) : 'unreadable';
  if (verdict === 'right') {
    console.log(`${file}: the signature of key ${signed?.signature.keyId} is right · 签名有效`);
    return 0;
  }
  const why = {
    'wrong-signature': 'it was changed after it was signed · 签名不符，内容已被改动',
    'unknown-key': 'signed by a key that is not among these · 签名密钥未知',
    unreadable: 'this is no signed document · 不是已签名的文件',
  };
  console.error(`${file}: ${why[verdict]}`);
  return 1;
}

async function chain(asked: Asked, config: Config, keys: PublicKeys): Promise<number> {
  const from = Number(textOption(asked, 'from') ?? 1);
  if (!Number.isSafeInteger(from) || from < 1) throw new Error('--from takes the number of a link');
  const given = textOption(asked, 'checkpoints');
  const file = given ?? placesOf(config.home).checkpoints;
  if (given && !existsSync(given)) throw new Error(`there is no file ${given}`);
  const db = openForCommand(config);
  const begun = performance.now();
  try {
    const kept = existsSync(file) ? linesOf(file) : undefined;
    const result = await verifyTrace(db, { keys, from, kept, onProgress: progress }, clock());
    return report(result, (performance.now() - begun) / 1000);
  } finally {
    await db.close();
  }
}

async function* linesOf(file: string): AsyncGenerator<Signed<Checkpoint> | undefined> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) if (line.trim() !== '') yield readCheckpoint(line);
}

const EVERY = 100_000;
function progress(seq: number): void {
  if (seq > 0 && seq % EVERY === 0) console.error(`verified to link ${seq}`);
}

function report(result: Verified, seconds: number): number {
  for (const fault of result.faults) {
    const { zh, en } = wordsOfFault(fault);
    console.error(`${en} ${zh}`);
  }
  const left = result.faultCount - result.faults.length;
  if (left > 0) console.error(`and ${left} more`);
  const rate = Math.round(result.links / Math.max(seconds, 0.001));
  console.log(
    `${result.links} links to ${result.until}, ${result.checkpoints} checkpoints, ` +
      `${result.faultCount} faults; ${rate} entries/s`,
  );
  return result.ok ? 0 : 1;
}
