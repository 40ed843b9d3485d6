/**
 * `npm run bench [-- NAME…]`: every promise that is measured, each bench in a process of its own, one
 * table at the end and in bench/results/latest.json. Names may be beginnings.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Figure, lineOf, loadNote } from './kit.ts';

type Bench = { readonly script: string; readonly args?: readonly string[]; readonly words: string };

const BENCHES: Record<string, Bench> = {
  intake: { script: 'intake-house/run.ts', words: '2 minutes of intake through the whole house' },
  'intake-alone': {
    script: 'intake/run.ts',
    words: 'the intake rooms without matching and screens',
  },
  decode: { script: 'intake/decode.ts', words: 'HL7 v2 messages to rows, on one core' },
  latency: { script: 'latency/run.ts', words: 'record → alert on a screen, at 2,000 rows/s' },
  crash: { script: 'crash/run.ts', words: '20 × kill -9 under load, and every row counted' },
  lists: { script: 'lists/run.ts', words: 'alerts, tasks and people with a million rows each' },
  walls: { script: 'walls/run.ts', words: 'the same lists with and without the second wall' },
  people: { script: 'people/list.ts', words: 'pages and searches among a million people' },
  resolve: { script: 'people/resolve.ts', words: 'rows to persons' },
  trace: { script: 'trace/run.ts', words: 'the audit trace under load, linked and verified' },
  door: {
    script: 'trace/door.ts',
    words: 'what the second wall and the trace cost a page of people and a file',
  },
  match: {
    script: 'match-plain/run.ts',
    words: 'all shipped rules over records, beside the CEL library',
  },
  fuzz: {
    script: 'fuzz/run.ts',
    words: '100,000 requests drawn from the OpenAPI document, none of which may find anything',
  },
  'fuzz-documents': {
    script: 'fuzz/documents.ts',
    words: '50,000 damaged FHIR and CDA documents, each read to a verdict',
  },
  'fuzz-hl7': {
    script: 'fuzz/messages.ts',
    words: '50,000 damaged HL7 v2 files, each read to a verdict for every row',
  },
  lake: { script: 'lake-load/run.ts', words: 'what the lake and the log take alone' },
};

type Ended = { readonly name: string; readonly code: number; readonly figures: Figure[] };

async function runOne(name: string, { script, args = [] }: Bench, more: string[]): Promise<Ended> {
  console.log(`\n── ${name} ── ${loadNote()}`);
  const figures: Figure[] = [];
  const child = fork(join(import.meta.dirname, script), [...args, ...more], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  child.on('message', (said) => {
    const { figure } = said as { figure?: Figure };
    if (figure) figures.push(figure);
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code !== 0) console.log(`${name} ended with ${signal ?? code}`);
  return { name, code: code ?? 1, figures };
}

function printHelp(): void {
  console.log('npm run bench [-- NAME… | -- NAME OPTIONS of that bench]\n');
  for (const [name, { words }] of Object.entries(BENCHES))
    console.log(`  ${name.padEnd(14)} ${words}`);
  console.log(
    '\nWithout a name all run, some 15 minutes. bench/README.md says what each promises.',
  );
}

function keep(ended: readonly Ended[], began: Date): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model ?? '',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: loadNote(),
    node: process.version,
  };
  const text = JSON.stringify({ began, ended: new Date(), machine, benches: ended }, null, 1);
  writeFileSync(join(folder, 'latest.json'), text);
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    printHelp();
    return 0;
  }
  const cut = argv.findIndex((it) => it.startsWith('--'));
  const asked = cut < 0 ? argv : argv.slice(0, cut);
  const more = cut < 0 ? [] : argv.slice(cut).filter((it) => it !== '--');
  const unknown = asked.find((it) => !Object.keys(BENCHES).some((name) => name.startsWith(it)));
  const chosen = Object.entries(BENCHES).filter(
    ([name]) =>
      asked.length === 0 ||
      asked.includes(name) ||
      asked.some((it) => !(it in BENCHES) && name.startsWith(it)),
  );
  if (unknown !== undefined || (more.length > 0 && chosen.length !== 1)) {
    const why = unknown ? `there is no bench “${unknown}”` : 'options go to one bench alone';
    console.error(`fenghuo: ${why}; see --help`);
    return 2;
  }
  const began = new Date();
  const ended: Ended[] = [];
  for (const [name, bench] of chosen) ended.push(await runOne(name, bench, more));
  console.log(
    `\n${'promise'.padEnd(52)} ${'measured'.padEnd(34)} ${'limit or peer'.padEnd(30)}   ratio kept`,
  );
  for (const { figures } of ended) for (const figure of figures) console.log(lineOf(figure));
  const failed = ended.filter((it) => it.code !== 0).map((it) => it.name);
  const broken = ended.flatMap((it) => it.figures).filter((it) => it.kept === false);
  if (failed.length > 0)
    console.log(`ended with a fault or a broken promise: ${failed.join(', ')}`);
  keep(ended, began);
  console.log(`${loadNote()}; kept in bench/results/latest.json`);
  return failed.length > 0 || broken.length > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
