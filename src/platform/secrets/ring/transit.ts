import type { KeySource } from './source.ts';

/** What of the global fetch is used; the house passes one that calls only where it may. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string; signal: AbortSignal },
) => Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>;

const TIMEOUT_MS = 10_000;

type Answer = { data?: { ciphertext?: string; plaintext?: string } };

/**
 * A key management service that speaks HashiCorp Vault's Transit dialect (OpenBao does too):
 * `POST /v1/transit/encrypt|decrypt/KEY`. The root key never leaves it. `url` is its address with
 * the key's name, e.g. `https://vault.example:8200/v1/transit/fenghuo`; the token is the house's.
 */
export function transitSource(
  given: { readonly url: string; readonly token: string },
  fetch: Fetch,
): KeySource {
  const at = given.url.lastIndexOf('/');
  const [mount, key] = [given.url.slice(0, at), given.url.slice(at + 1)];
  const ask = async (verb: 'encrypt' | 'decrypt', body: unknown): Promise<Answer['data']> => {
    const reply = await fetch(`${mount}/${verb}/${key}`, {
      method: 'POST',
      headers: { 'x-vault-token': given.token, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!reply.ok) throw new Error(`the key service answered ${reply.status} to ${verb}`);
    return ((await reply.json()) as Answer).data;
  };
  return {
    name: `transit ${key}`,
    async wrap(plain) {
      const data = await ask('encrypt', { plaintext: plain.toString('base64') });
      if (!data?.ciphertext) throw new Error('the key service answered without a ciphertext');
      return data.ciphertext;
    },
    async unwrap(wrapped) {
      const data = await ask('decrypt', { ciphertext: wrapped });
      if (!data?.plaintext) throw new Error('the key service answered without a key');
      return Buffer.from(data.plaintext, 'base64');
    },
  };
}
