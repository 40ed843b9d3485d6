import type { Command } from '../command.ts';
import { endWithParent, sayReady } from '../start/children.ts';
import { readConfig } from '../config.ts';
import { openServer } from '../server.ts';

export const command: Command = {
  summary: 'One server: faces, API, live stream and MLLP on one port (started by `start`)',
  usage: '',
  options: {},
  async run({ env }) {
    const server = await openServer(readConfig(env));
    endWithParent(server.stop);
    sayReady();
    return new Promise(() => undefined);
  },
};
