import type { Command } from '../command.ts';
import { buildFaces, facesAreFresh } from '../start/faces.ts';

export const command: Command = {
  summary: 'Build the faces (command, desk, field) into dist/web',
  usage: '[--force]',
  options: { force: { type: 'boolean', words: 'build even when nothing changed' } },
  async run(asked) {
    if (!asked.values.force && facesAreFresh()) console.log('The faces are up to date.');
    else await buildFaces();
    return 0;
  },
};
