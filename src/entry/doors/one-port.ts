import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Server as HttpServer } from 'node:http';

/** MLLP frames begin with a vertical tab; no HTTP request does. */
const MLLP_START = 0x0b;
const FIRST_BYTE_TIMEOUT_MS = 30_000;

/**
 * One listening port for browsers and hospitals: the first byte of a connection tells an MLLP frame
 * from an HTTP request, and the socket goes to whoever speaks it.
 */
export function onePort(http: HttpServer, mllp: (socket: Socket) => void): NetServer {
  return createServer({ noDelay: true }, (socket) => {
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
}

/** A hospital's bad frame may start with anything but a letter: HTTP methods are letters. */
const isMllp = (bytes: Buffer): boolean => {
  const first = bytes[0] ?? 0;
  return (
    first === MLLP_START || !/[A-Z]/.test(String.fromCharCode(first)) || bytes.includes('MSH|')
  );
};
