import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Server as HttpServer } from 'node:http';
import type { Server as TlsServer } from 'node:tls';

/** MLLP frames begin with a vertical tab; no HTTP request does. */
const MLLP_START = 0x0b;
/** Record type of a TLS handshake (RFC 8446 §5.1); no method and no frame begins with it. */
const TLS_START = 0x16;
const FIRST_BYTE_TIMEOUT_MS = 30_000;
/** Connections open at once, of browsers and hospitals together; more are closed unread. */
export const PORT_CONNECTIONS_MAX = 4_000;

/** What a house with a certificate does besides. */
export type Safe = {
  readonly tls: TlsServer;
  /** Takes what speaks HTTP without TLS. */
  readonly plain: HttpServer;
  /** Whether hospitals may still send MLLP without TLS: inside a closed network only. */
  readonly plainMllp: boolean;
};

/** Hands over the first bytes of a connection, put back for whoever reads next. */
function onFirst(socket: Socket, take: (first: Buffer) => void): void {
  const close = () => socket.destroy();
  socket.on('error', close);
  socket.setTimeout(FIRST_BYTE_TIMEOUT_MS, close);
  socket.once('readable', () => {
    const first: Buffer | null = socket.read();
    if (!first) return close();
    socket.setTimeout(0);
    socket.removeListener('timeout', close);
    socket.unshift(first);
    take(first);
    if (!isMllp(first)) socket.removeListener('error', close); // HTTP has an ear of its own
  });
}

/**
 * One listening port for browsers and hospitals: the first byte of a connection tells a TLS
 * handshake, an MLLP frame and an HTTP request apart, and the socket goes to whoever speaks it.
 * Inside TLS the first byte tells again.
 */
export function onePort(
  http: HttpServer,
  mllp: (socket: Socket) => void,
  safe?: Safe | undefined,
): NetServer {
  // Node's watch over headers that never end starts with this, and we listen in its place.
  http.emit('listening');
  const inside = (socket: Socket, first: Buffer): void => {
    if (isMllp(first)) mllp(socket);
    else http.emit('connection', socket);
  };
  const outside = (socket: Socket, first: Buffer): void => {
    if (first[0] === TLS_START) {
      if (safe) safe.tls.emit('connection', socket);
      else socket.destroy();
    } else if (!safe) inside(socket, first);
    else if (!isMllp(first)) safe.plain.emit('connection', socket);
    else if (safe.plainMllp) mllp(socket);
    else socket.destroy();
  };
  safe?.tls.on('secureConnection', (socket) => onFirst(socket, (first) => inside(socket, first)));
  const port = createServer({ noDelay: true }, (socket) =>
    onFirst(socket, (first) => outside(socket, first)),
  );
  port.maxConnections = PORT_CONNECTIONS_MAX;
  return port;
}

/** A method and a space, or as much of a method as has arrived. */
const HTTP_START = /^[A-Z]{1,20}( |$)/;

/**
 * Whether a connection that begins so is a hospital's. A bad frame may start with anything, even a
 * bare `MSH|`; what starts like HTTP is HTTP, whatever its body says.
 */
export const isMllp = (bytes: Buffer): boolean =>
  bytes[0] === MLLP_START || !HTTP_START.test(bytes.toString('latin1', 0, 24));

/** Throws a sentence when nobody can listen there, before anything long has begun. */
export async function assertFree(host: string, port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use by another program' : 'cannot be used';
      fail(new Error(`port ${port} on ${host} ${why}; set PORT to a free one`, { cause }));
    });
    probe.listen(port, host, done);
  });
  await new Promise((done) => probe.close(done));
}
