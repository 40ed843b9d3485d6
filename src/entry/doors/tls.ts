import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import { createSecureContext, createServer as createTlsServer, type Server } from 'node:tls';

export type TlsFiles = { readonly cert: string; readonly key: string };

/** A client that begins a handshake and never ends it holds its connection no longer. */
const HANDSHAKE_MS = 20_000;
const LOOK_MS = 2_000;
/** Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');
const STRICT = { minVersion: 'TLSv1.2', ciphers: CIPHERS, honorCipherOrder: true } as const;

/** The pair as it stands in its files; throws when one is missing or the two do not belong together. */
export const readTls = ({ cert, key }: TlsFiles) => {
  const pair = { cert: readFileSync(cert), key: readFileSync(key) };
  createSecureContext(pair);
  return pair;
};

/**
 * TLS 1.2 or later with the files TLS_CERT and TLS_KEY name. A renewed pair is taken while running;
 * one that cannot be read is told and the old one kept, so that a half-written file stops nobody.
 */
export function openTls(
  files: TlsFiles,
  onNote: (note: string) => void,
  lookMs = LOOK_MS,
): { server: Server; stop: () => void } {
  // Taken before the files are read: a change in between is seen at the first look.
  let seen = stampOf(files);
  const server = createTlsServer({
    ...readTls(files),
    ...STRICT,
    // A hospital's MLLP names no protocol; a browser gets the one we speak.
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: HANDSHAKE_MS,
  });
  server.on('tlsClientError', (_fault, socket) => socket.destroy());
  const look = (): void => {
    const now = stampOf(files);
    if (now === seen) return;
    seen = now;
    try {
      server.setSecureContext({ ...readTls(files), ...STRICT });
      onNote('a renewed certificate is in use');
    } catch (fault) {
      const why = fault instanceof Error ? fault.message : String(fault);
      onNote(`the certificate cannot be renewed, the old one stays in use: ${why}`);
    }
  };
  const timer = setInterval(look, lookMs);
  timer.unref();
  return { server, stop: () => clearInterval(timer) };
}

/** Changes with either file; a missing one is a state like others, told when it is read. */
const stampOf = ({ cert, key }: TlsFiles): string =>
  [cert, key]
    .map((path) => {
      const it = statSync(path, { bigint: true, throwIfNoEntry: false });
      return it ? `${it.ino} ${it.size} ${it.mtimeNs}` : 'missing';
    })
    .join(', ');

const HOST = /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i;

const NO_TLS = JSON.stringify({
  type: '/problems/tls-needed',
  title: '本站只接受 https，请改用 https:// 地址。 Only https here; use the https:// address.',
  status: 403,
  code: 'tls-needed',
});

/**
 * What came without TLS to a house that has it: pages are sent to https. Writes and the API are
 * refused: a machine that sends its key in the clear must notice (OWASP ASVS 5.0 V4.1.2).
 */
export function plainServer(): HttpServer {
  const server = createServer({ maxHeaderSize: 16_384, headersTimeout: HANDSHAKE_MS });
  const refuse = (reply: ServerResponse): void => {
    reply.writeHead(403, { 'content-type': 'application/problem+json', connection: 'close' });
    reply.end(NO_TLS);
  };
  server.on('request', (request, reply) => {
    const { host = '' } = request.headers;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const isPage = request.url?.startsWith('/') === true && !request.url.startsWith('/api/');
    if (!isRead || !isPage || !HOST.test(host)) return refuse(reply);
    reply.writeHead(301, { location: `https://${host}${request.url}`, connection: 'close' });
    reply.end();
  });
  server.emit('listening'); // its watch over slow headers begins here; we listen in its place
  return server;
}
