export type { Call, Route } from './route.ts';
export { route, SENT } from './route.ts';
export type { Gate, HttpOptions } from './serve.ts';
export { buildHttp, LIMITS } from './serve.ts';
export { openApiOf } from './openapi.ts';
export { languageOf, problemOf } from './problem.ts';
export { pruneAnswers } from './once.ts';
