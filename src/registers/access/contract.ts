import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { page, pageQuery } from '#base/paging.ts';
import { areaCode, instant, rowId, words } from '#base/schemas.ts';

export const ROLES = [
  'commander',
  'desk_officer',
  'epidemiologist',
  'rule_reviewer',
  'data_steward',
  'district_officer',
  'street_officer',
  'community_worker',
  'investigator',
  'checkpoint_staff',
  'guard_device',
  'isolation_staff',
  'sampling_head',
  'sampler',
  'driver',
  'laboratory',
  'hospital_reporter',
  'pharmacy',
  'unit_contact',
  'hotline_operator',
  'supplies_manager',
  'port_desk',
  'supervisor',
  'data_protection_officer',
  'administrator',
  'resident',
] as const;
export type Role = (typeof ROLES)[number];

export const actorView = z.object({
  id: z.number().int(),
  login: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  areaCode: z.string(),
  unit: z.string(),
  active: z.boolean(),
  madeAt: instant,
});

/** A new actor. `password` null: cannot sign in until one is set. There is no default password. */
export const newActor = z.object({
  login: z.string().regex(/^[a-z][a-z0-9._-]{1,39}$/),
  name: z.string().trim().min(1).max(60),
  roles: z.array(z.enum(ROLES)).min(1),
  areaCode,
  /** The agency the actor answers to, e.g. `cdc` or `district:429901`. */
  unit: z
    .string()
    .regex(/^[a-z0-9:._-]{0,40}$/)
    .optional(),
  password: z.string().min(12).max(200).nullable(),
});

export type ActorView = z.infer<typeof actorView>;
export type NewActor = z.infer<typeof newActor>;

export const listActors = endpoint({
  method: 'GET',
  path: '/api/actors',
  summary: { zh: '人员账号', en: 'Actors' },
  permit: 'actor.manage',
  query: z.object({
    ...pageQuery,
    role: z.enum(ROLES).optional(),
    search: z.string().trim().min(1).max(60).optional(),
  }),
  answer: page(actorView),
});

export const makeActor = endpoint({
  method: 'POST',
  path: '/api/actors',
  summary: { zh: '新建账号', en: 'Make an actor' },
  permit: 'actor.manage',
  body: newActor,
  answer: actorView,
});

const byId = z.object({ id: rowId });

export const givePassword = endpoint({
  method: 'PUT',
  path: '/api/actors/:id/password',
  summary: {
    zh: '重设密码，并结束其全部登录',
    en: 'Set a password; ends every session of that actor',
  },
  permit: 'actor.manage',
  params: byId,
  body: z.object({ password: z.string().min(12).max(200) }),
  answer: z.object({ actorId: z.number().int() }),
});

export const activateActor = endpoint({
  method: 'PUT',
  path: '/api/actors/:id/active',
  summary: {
    zh: '停用或恢复账号；停用即结束其全部登录',
    en: 'Deactivate an actor, which ends every session, or let them in again',
  },
  permit: 'actor.manage',
  params: byId,
  body: z.object({ active: z.boolean() }),
  answer: actorView,
});

export const listPurposes = endpoint({
  method: 'GET',
  path: '/api/purposes',
  summary: { zh: '现行用途', en: 'Purposes in force' },
  permit: 'session',
  answer: z.object({ rows: z.array(z.object({ code: z.string(), words })) }),
});
