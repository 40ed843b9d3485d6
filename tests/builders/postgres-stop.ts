/** Ends the shared test server at once: `node tests/builders/postgres-stop.ts`. */
import { readState } from './postgres-shared.ts';

const state = readState();
if (state) process.kill(state.pid, 'SIGTERM');
console.log(state ? `stopping the test database (process ${state.pid})` : 'no test database runs');
