/** Plays the sample city's feeds through the real intake. What the start-up wires. */
export { playLive } from './play/live.ts';
export type { LiveOptions } from './play/live.ts';
export { play, playResidents } from './play/play.ts';
export type { PlayOptions, PlayTarget, Progress } from './play/play.ts';
