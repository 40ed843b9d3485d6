/** Opens a lake, says where its child is, and waits to be killed: the orphan test's victim. */
import { openLake } from './index.ts';

const lake = await openLake({ home: process.argv[2] ?? '' });
process.stdout.write(`${(lake as unknown as { pid: number }).pid}\n`);
setInterval(() => {}, 60_000);
