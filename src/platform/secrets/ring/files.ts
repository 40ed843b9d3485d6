import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Throws when a file can be read by others than its owner. */
export function assertPrivate(path: string): void {
  if ((statSync(path).mode & 0o077) !== 0)
    throw new Error(`${path} can be read by others than its owner: chmod 600 it`);
}

let drafts = 0;

/**
 * On disk before it is used, and whole or not at all. `new`: when two processes begin at once one
 * wins and the other's is dropped; `replace`: the last one stands.
 */
export function writeSecret(path: string, text: string, how: 'new' | 'replace'): void {
  const draft = `${path}.${process.pid}.${drafts++}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    if (how === 'replace') renameSync(draft, path);
    else linkSync(draft, path);
  } catch (fault) {
    if (!existsSync(path)) throw fault;
  } finally {
    rmSync(draft, { force: true });
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
