export type { Channel, Letter, Message, Sender } from './queue.ts';
export { NOTIFY_LIMITS, notify, pruneMessages, sendWaiting, waitAfter } from './queue.ts';
export type { Gateway } from './senders.ts';
export { gatewaySender, spoolSender } from './senders.ts';
export { notifyPurgers, notifySealed } from './keeping.ts';
