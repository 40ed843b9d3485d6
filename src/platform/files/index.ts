export { openLog, readLog } from './log.ts';
export { dropOutlived, isOutlived, type LogFileAge, logAges } from './ages.ts';
export { appendDurable, lastLines, readAll, syncFolder, writeDurable } from './durable.ts';
export { FolderHeld, holdFolder } from './lock.ts';
export type { Hold } from './lock.ts';
export { BLOCK_FLAGS, isBusy, LogFault } from './model.ts';
export type {
  Appended,
  Block,
  Busy,
  Log,
  LogOptions,
  LogReader,
  Offset,
  ReadOptions,
  Sealer,
  StoredBlock,
} from './model.ts';
