import type { Command } from '../command.ts';
import { endWithParent, sayReady } from '../start/children.ts';
import { readConfig } from '../config.ts';
import { openWorker } from '../worker.ts';

export const command: Command = {
  summary: 'One worker: intake, reactions and clocks (started by `start`)',
  usage: '',
  options: {},
  async run({ env }) {
    const worker = await openWorker(readConfig(env));
    endWithParent(worker.stop);
    sayReady();
    return new Promise(() => undefined);
  },
};
