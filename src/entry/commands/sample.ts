import type { Command } from '../command.ts';
import { endWithParent, sayReady } from '../start/children.ts';
import { readConfig } from '../config.ts';
import { innerAddress } from '../doors/edges.ts';
import { playCity } from '../sample/play.ts';

export const command: Command = {
  summary: 'Play the sample city into a running house (started by `start`)',
  usage: '',
  options: {},
  async run({ env }) {
    const config = readConfig(env);
    const ending = new AbortController();
    const playing = playCity(
      config,
      // A house with a certificate of its own hears its sample city on a port of this machine.
      `http://${innerAddress(config)}`,
      ending.signal,
      sayReady,
    );
    endWithParent(async () => {
      ending.abort();
      await playing;
    });
    await playing;
    return new Promise(() => undefined);
  },
};
