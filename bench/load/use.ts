import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process of a running house: memory in MiB, processor seconds since it began. */
export type Use = { pid: number; name: PartName; rssMb: number; cpuS: number };
export const PARTS = ['server', 'worker', 'lake', 'postgres'] as const;
export type PartName = (typeof PARTS)[number] | 'house' | 'sample' | 'backend';

type Process = { pid: number; parent: number; rss: number; time: string; args: string };

function processes(): Process[] {
  const text = execFileSync('ps', ['-axo', 'pid=,ppid=,rss=,time=,args='], {
    encoding: 'utf8',
    maxBuffer: 16 * 2 ** 20,
  });
  return text.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!found) return [];
    const [, pid, parent, rss, time = '', args = ''] = found;
    return [{ pid: Number(pid), parent: Number(parent), rss: Number(rss), time, args }];
  });
}

/** `ps` says [dd-]hh:mm:ss, or mm:ss.cc on macOS. */
function secondsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}

function nameOf(args: string): PartName {
  if (args.includes('embedded/child.ts')) return 'lake';
  if (/ -D .*postgres/.test(args)) return 'postgres';
  if (args.startsWith('postgres:')) return 'backend';
  if (args.endsWith('main.ts server')) return 'server';
  if (args.endsWith('main.ts worker')) return 'worker';
  return args.endsWith('main.ts sample') ? 'sample' : 'house';
}

/** Every process of the house in `home`, found below the one that holds it. */
export function usesOf(home: string): Use[] {
  const top = Number(readFileSync(join(home, 'house.pid'), 'utf8'));
  const all = processes();
  const family = new Set([top]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const it of all) if (family.has(it.parent)) family.add(it.pid);
  }
  return all
    .filter((it) => family.has(it.pid))
    .map((it) => ({
      pid: it.pid,
      name: nameOf(it.args),
      rssMb: it.rss / 1024,
      cpuS: secondsOf(it.time),
    }));
}

export const pidOf = (home: string, name: PartName): number | undefined =>
  usesOf(home).find((it) => it.name === name)?.pid;

/** Memory and processor seconds by part; backends of PostgreSQL count as PostgreSQL. */
export function useByPart(home: string): Record<(typeof PARTS)[number], [number, number]> {
  const sums = { server: [0, 0], worker: [0, 0], lake: [0, 0], postgres: [0, 0] } as Record<
    (typeof PARTS)[number],
    [number, number]
  >;
  for (const { name, rssMb, cpuS } of usesOf(home)) {
    const sum = sums[(name === 'backend' ? 'postgres' : name) as (typeof PARTS)[number]];
    if (!sum) continue;
    sum[0] += name === 'backend' ? 0 : rssMb;
    sum[1] += cpuS;
  }
  return sums;
}
