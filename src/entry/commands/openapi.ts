import type { Endpoint } from '#base/contract.ts';
import { openApiOf } from '#platform/http/index.ts';
import type { Command } from '../command.ts';
import { CONTRACTS } from './contracts.ts';
import { VERSION } from '../config.ts';

export const command: Command = {
  summary: 'Print the OpenAPI 3.1 document',
  usage: '',
  options: {},
  async run() {
    const endpoints = CONTRACTS.flatMap((contract) => Object.values(contract)).filter(isEndpoint);
    console.log(JSON.stringify(openApiOf(endpoints, VERSION), null, 2));
    return 0;
  },
};

const isEndpoint = (it: unknown): it is Endpoint =>
  typeof it === 'object' && it !== null && 'permit' in it && 'path' in it && 'answer' in it;
