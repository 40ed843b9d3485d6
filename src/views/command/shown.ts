import type { Actor } from '#base/access.ts';
import type { FactKind, Heard } from '#facts/index.ts';
import { type Action, mayDo } from '#registers/access/index.ts';
import type { LiveEntry } from './contract.ts';

/** Which facts a screen hears, by what must be readable: of the rest nothing is heard either. */
const SHOWN: Partial<Record<FactKind, Action>> = {
  'alert.raised': 'alert.read',
  'alert.grown': 'alert.read',
  'alert.changed': 'alert.read',
  'alert.closed': 'alert.read',
  'task.dispatched': 'task.read',
  'task.changed': 'task.read',
  'task.escalated': 'task.read',
  'task.closed': 'task.read',
  'tie.changed': 'tie.propose',
  'glass.broken': 'glass.review',
  'glass.reviewed': 'glass.review',
  'misuse.alarmed': 'misuse.read',
  'mandate.started': 'mandate.read',
  'mandate.ended': 'mandate.read',
  'mandate.destroyed': 'mandate.read',
};

export const mayHear = (actor: Actor, kind: FactKind): boolean => {
  const action = SHOWN[kind];
  return action !== undefined && mayDo(actor, action);
};

type Body = Partial<LiveEntry> & { readonly fromArea?: string; readonly personArea?: string };

/**
 * A fact as a screen may see it; undefined when it is not shown or lies outside the scope. A
 * hand-over and a break-glass have two sides: each sees it under its own area and never learns the
 * other's. Orders lie in no area: they are public to whoever works here.
 */
export function entryOf(fact: Heard, areaPrefix: string): LiveEntry | undefined {
  if (!SHOWN[fact.kind]) return undefined;
  const body = fact.body as Body;
  const isOrder = fact.kind.startsWith('mandate.');
  const areaCode = isOrder
    ? ''
    : [body.areaCode ?? '', body.fromArea, body.personArea].find((it) =>
        it?.startsWith(areaPrefix),
      );
  if (areaCode === undefined) return undefined;
  return {
    kind: fact.kind,
    at: fact.toldAt,
    areaCode,
    alertId: body.alertId ?? null,
    taskId: body.taskId ?? null,
    level: body.level ?? null,
    status: body.status ?? null,
  };
}
