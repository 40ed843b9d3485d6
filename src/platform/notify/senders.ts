import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Allowed, safeFetch } from '#platform/outbound/index.ts';
import type { Letter, Sender } from './queue.ts';

/**
 * For a house without a gateway: each message is a file that only its owner reads (0600), in a
 * folder that only its owner opens. Nothing is printed, for logs are kept and copied.
 */
export const spoolSender =
  (folder: string): Sender =>
  async (letter) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = createHash('sha256').update(letter.key).digest('hex').slice(0, 32);
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(letter)}\n`, { mode: 0o600 });
  };

export type Gateway = {
  readonly url: string;
  readonly token?: string | undefined;
  readonly allowed?: Allowed;
};

/**
 * Hands each message to a gateway as JSON, `{key, channel, to, template, params}`, with the key also
 * as Idempotency-Key, for a message whose answer was lost comes again. Any 2xx means taken.
 */
export const gatewaySender =
  ({ url, token, allowed }: Gateway): Sender =>
  async (letter: Letter) => {
    const reply = await safeFetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': letter.key,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(letter),
      redirectsMax: 0,
      ...(allowed ? { allowed } : {}),
    });
    if (!reply.ok) throw new Error(`the message gateway answered ${reply.status}`);
  };
