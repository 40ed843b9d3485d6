import type { Me } from '#registers/signin/contract.ts';

export type { Me };

export const may = (me: Me | undefined, action: string): boolean =>
  me?.actions[action] !== undefined;

const FIELD_ROLES = ['community_worker', 'investigator'];
const COMMAND_ROLES = [
  'commander',
  'epidemiologist',
  'supervisor',
  'district_officer',
  'street_officer',
];

export type Face = 'command' | 'desk' | 'field';

/** The faces open to a reader; the first is home. Who only does tasks works on the phone. */
export function facesOf(me: Pick<Me, 'roles' | 'actions'>): Face[] {
  const faces: Face[] = [];
  if (me.roles.some((role) => COMMAND_ROLES.includes(role))) faces.push('command');
  if (me.roles.every((role) => FIELD_ROLES.includes(role))) faces.push('field');
  else if (me.actions['command.read'] && !faces.includes('command')) faces.push('command');
  faces.push('desk');
  if (me.actions['task.answer'] && !faces.includes('field')) faces.push('field');
  const isSteward = me.roles.some((role) => /steward|reviewer|administrator/.test(role));
  return isSteward ? ['desk', ...faces.filter((face) => face !== 'desk')] : faces;
}
