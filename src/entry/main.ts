import { parseArgs } from 'node:util';
import type { Command } from './command.ts';

/** Every command of the program: its name and the file that runs it. Loaded when asked for. */
const COMMANDS: Record<string, () => Promise<{ command: Command }>> = {
  start: () => import('./commands/start.ts'),
  server: () => import('./commands/server.ts'),
  worker: () => import('./commands/worker.ts'),
  sample: () => import('./commands/sample.ts'),
  build: () => import('./commands/build.ts'),
  migrate: () => import('./commands/migrate.ts'),
  status: () => import('./commands/status.ts'),
  user: () => import('./commands/user.ts'),
  source: () => import('./commands/source.ts'),
  intake: () => import('./commands/intake/command.ts'),
  verify: () => import('./commands/verify.ts'),
  keys: () => import('./commands/keys.ts'),
  retention: () => import('./commands/retention.ts'),
  openapi: () => import('./commands/openapi.ts'),
  sbom: () => import('./commands/sbom.ts'),
};

const HINT = 'Run `npm run -s fenghuo -- --help` to see the commands.';

async function printHelp(): Promise<void> {
  console.log('fenghuo COMMAND [options]\n');
  for (const [name, load] of Object.entries(COMMANDS)) {
    const { command } = await load();
    console.log(`  ${name.padEnd(10)} ${command.summary}`);
  }
  console.log(
    '\nfenghuo COMMAND --help says more. Settings: FENGHUO_HOME, PORT, DATABASE_URL, LAKE_URL (see README).',
  );
}

function printUsage(name: string, command: Command): void {
  console.log(`fenghuo ${name} ${command.usage}\n\n${command.summary}\n`);
  for (const [option, { words }] of Object.entries(command.options))
    console.log(`  --${option.padEnd(16)} ${words}`);
}

async function main(argv: string[]): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    await printHelp();
    return 0;
  }
  const load = COMMANDS[name];
  if (!load) {
    console.error(`fenghuo: there is no command “${name}”. ${HINT}`);
    return 2;
  }
  const { command } = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    printUsage(name, command);
    return 0;
  }
  const options = Object.fromEntries(
    Object.entries(command.options).map(([key, { type }]) => [key, { type }]),
  );
  const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true });
  return command.run({ values, positionals, env: process.env });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (fault: unknown) => {
    console.error(`fenghuo: ${fault instanceof Error ? sentenceOf(fault) : String(fault)}`);
    if (process.env.FENGHUO_DEBUG) console.error(fault);
    process.exit(1);
  },
);

/** A fault with its causes in one line; the stack is shown with FENGHUO_DEBUG=1. */
function sentenceOf(fault: Error): string {
  const causes: string[] = [];
  for (let at: unknown = fault; at instanceof Error; at = at.cause) causes.push(at.message);
  return causes.join(': ');
}
