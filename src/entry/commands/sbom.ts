import { readLock } from '../../../tools/release/lock.ts';
import { sbomOf } from '../../../tools/release/sbom.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  summary: 'Print what the product is made of (CycloneDX 1.5)',
  usage: '> sbom.cdx.json',
  options: {},
  async run() {
    console.log(JSON.stringify(sbomOf(readLock()), null, 1));
    return 0;
  },
};
