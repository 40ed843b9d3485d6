import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Server as HttpServer } from 'node:http';

/** MLLP frames begin with a vertical tab; no HTTP request does. */
const MLLP_START = 0x0b;
const FIRST_BYTE_TIMEOUT_MS = 30_000;
/** Connections open at once, of browsers and hospitals together; more are closed unread. */
export const PORT_CONNECTIONS_MAX = 4_000;

/**
 * One listening port for browsers and hospitals: the first byte of a connection tells an MLLP frame
 * from an HTTP request, and the socket goes to whoever speaks it.
 */
export function onePort(http: HttpServer, mllp: (socket: Socket) => void): NetServer {
  // Node's watch over headers that never end starts with this, and we listen in its place.
  http.emit('listening');
  const port = createServer({ noDelay: true }, (socket) => {
    const close = () => socket.destroy();
    socket.on('error', close);
    socket.setTimeout(FIRST_BYTE_TIMEOUT_MS, close);
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (!first) return close();
      socket.setTimeout(0);
      socket.removeListener('timeout', close);
      socket.unshift(first);
      if (isMllp(first)) {
        mllp(socket);
        return;
      }
      socket.removeListener('error', close);
      http.emit('connection', socket);
    });
  });
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
