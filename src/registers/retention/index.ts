export { heldPersons } from './holds.ts';
