import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startLakeServer } from '../../../tests/builders/lake-server.ts';
import { openLake } from './index.ts';
import { lakeSuite } from './lake.suite.ts';

test('a lake by URL does what every lake does', async (t) => {
  const server = await startLakeServer();
  if (typeof server === 'string') {
    t.skip(`not run against a ClickHouse server: ${server}`);
    return;
  }
  const dir = await mkdtemp(join(tmpdir(), 'fenghuo-lake-url-'));
  try {
    const lake = await openLake({ url: server.url });
    await lakeSuite(t, lake, dir);
    await lake.stop();
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
});
