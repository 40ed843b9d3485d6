import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Edges } from './edges.ts';
import { onePort } from './one-port.ts';
import { openTls, plainServer } from './tls.ts';

type Where = { readonly host: string; readonly port: number; readonly edges: Edges };

export type Listening = { readonly port: number; close(): Promise<void> };

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, done);
  });

/** Opens the one port, with TLS where the house has a certificate; answers how to close it. */
export async function listenOn(
  { host, port, edges }: Where,
  http: HttpServer,
  mllp: (socket: Socket) => void,
): Promise<Listening> {
  const note = (text: string) => console.error(`tls: ${text}`);
  const tls = edges.tls ? openTls(edges.tls, note) : undefined;
  const { plainMllp, innerPort } = edges;
  const known = (socket: Socket): void => {
    if (edges.mllpFrom(socket.remoteAddress)) return mllp(socket);
    console.error('mllp: a connection from outside MLLP_FROM was closed');
    socket.destroy();
  };
  const outer = onePort(http, known, tls && { tls: tls.server, plain: plainServer(), plainMllp });
  const open = new Set<Socket>();
  const servers = [outer];
  await listen(outer, port, host);
  if (tls && innerPort !== undefined) {
    const inner = onePort(http, mllp);
    servers.push(inner);
    await listen(inner, innerPort, '127.0.0.1');
  }
  for (const server of servers)
    server.on('connection', (socket: Socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    });
  return {
    port: (outer.address() as AddressInfo).port,
    async close() {
      tls?.stop();
      const closed = servers.map((server) => new Promise((done) => server.close(done)));
      for (const socket of open) socket.destroy();
      await Promise.all(closed);
    },
  };
}
