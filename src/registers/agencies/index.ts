export type { Override, Post, PostDetail, PostKind, PostRow, Shift } from './contract.ts';
export { POST_KINDS } from './contract.ts';
export type { DutyActor } from './duty.ts';
export { onDuty, setRoster } from './duty.ts';
export { importPosts } from './import.ts';
export { postRoutes } from './routes.ts';
export { listPosts, membersOf, postFor, postOf, postsOfActor } from './store.ts';
