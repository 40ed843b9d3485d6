/**
 * Stands in for zod in the built faces (see vite.config.ts). Any chain of schema calls answers with
 * itself; nothing is checked, nothing is carried. Contracts keep their methods, paths and words.
 */
const anything: object = new Proxy(() => anything, {
  get: (_target, name) => (name === Symbol.toPrimitive ? () => '' : anything),
  apply: () => anything,
});

export const z = anything;
export default anything;
