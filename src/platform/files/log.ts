import type { Log, LogOptions, LogReader } from './model.ts';

/** Opens a folder for writing (one writer) and reading; cuts a torn tail left by a crash. */
export async function openLog(dir: string, options: LogOptions = {}): Promise<Log> {
  throw new Error(`the log is being built: ${dir} ${options.fileBytesMax ?? ''}`);
}

/** Opens a folder for reading only: any number of these, in any process. */
export function readLog(dir: string, options: LogOptions = {}): LogReader {
  throw new Error(`the log is being built: ${dir} ${options.fileBytesMax ?? ''}`);
}
