import type { Command } from '../command.ts';
import { endWithParent, sayReady } from '../start/children.ts';
import { readConfig } from '../config.ts';
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
      `http://${config.host}:${config.port}`,
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
