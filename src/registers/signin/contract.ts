import { z } from 'zod';
import { endpoint } from '#base/contract.ts';
import { areaCode, instant, rowId, words } from '#base/schemas.ts';

/** Who is signed in, as every face reads it. */
export const me = z.object({
  id: z.number().int(),
  login: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  roleWords: z.array(words),
  areaCode: z.string(),
  /** Every action this actor may do, with how far it reaches. */
  actions: z.record(z.string(), z.enum(['city', 'own', 'named', 'assigned', 'self'])),
  /** What has to be done before anything else: add a second factor, or change a given password. */
  must: z.enum(['enrol', 'change']).nullable(),
});
export type Me = z.infer<typeof me>;

/** What a browser's authenticator says; checked in full by the WebAuthn library. */
const credential = z.looseObject({
  id: z.string().min(1).max(2_000),
  rawId: z.string().min(1).max(2_000),
  type: z.literal('public-key'),
  response: z.looseObject({ clientDataJSON: z.string().min(1).max(4_000) }),
});
/** Options a browser hands to its authenticator (WebAuthn Level 3 §5.4, §5.5). */
const options = z.object({ options: z.looseObject({ challenge: z.string() }) });
const secret = z.string().min(1).max(200);
const code = z.string().regex(/^\s*\d{3}\s?\d{3}\s*$/);
const pending = z.string().min(20).max(100);

export const FACTORS = ['totp', 'passkey', 'recovery'] as const;
export type Factor = (typeof FACTORS)[number];

/** The password was right; one of these comes next, with `pending`, within five minutes. */
export const nextStep = z.object({
  next: z.literal('factor'),
  methods: z.array(z.enum(FACTORS)),
  pending,
});
export type NextStep = z.infer<typeof nextStep>;

export const signIn = endpoint({
  method: 'POST',
  path: '/api/session',
  summary: { zh: '登录（第一步）', en: 'Sign in, first step' },
  permit: 'open',
  body: z.object({ login: z.string().min(1).max(60), password: secret }),
  answer: z.union([me, nextStep]),
});

export const giveFactor = endpoint({
  method: 'POST',
  path: '/api/session/factor',
  summary: { zh: '登录（第二步）', en: 'Sign in, second step' },
  permit: 'open',
  body: z.object({
    pending,
    proof: z.union([
      z.object({ code }),
      z.object({ recovery: z.string().min(8).max(40) }),
      z.object({ passkey: credential }),
    ]),
  }),
  answer: me,
});

export const askPasskey = endpoint({
  method: 'POST',
  path: '/api/session/passkey/options',
  summary: { zh: '通行密钥登录：取得挑战', en: 'A challenge for signing in with a passkey' },
  permit: 'open',
  body: z.object({ pending: pending.optional() }),
  answer: options,
});

export const passkeySignIn = endpoint({
  method: 'POST',
  path: '/api/session/passkey',
  summary: { zh: '通行密钥登录（免密码）', en: 'Sign in with a passkey alone' },
  permit: 'open',
  body: z.object({ passkey: credential }),
  answer: me,
});

export const readSession = endpoint({
  method: 'GET',
  path: '/api/session',
  summary: { zh: '当前登录人', en: 'Who is signed in' },
  permit: 'session',
  answer: me,
});

export const signOut = endpoint({
  method: 'DELETE',
  path: '/api/session',
  summary: { zh: '退出', en: 'Sign out' },
  permit: 'session',
  answer: z.object({ ended: z.boolean(), next: z.string().nullable() }),
});

export const readWays = endpoint({
  method: 'GET',
  path: '/api/session/ways',
  summary: { zh: '本平台开通的登录方式', en: 'Ways to sign in that this house offers' },
  permit: 'open',
  answer: z.object({ oidc: z.string().nullable(), phone: z.boolean() }),
});

export const beginOidc = endpoint({
  method: 'GET',
  path: '/api/session/oidc',
  summary: { zh: '转到全市统一认证', en: 'Go to the city’s own sign-on' },
  permit: 'open',
  answer: z.object({}),
});

export const endOidc = endpoint({
  method: 'GET',
  path: '/api/session/oidc/return',
  summary: { zh: '从全市统一认证返回', en: 'Back from the city’s own sign-on' },
  permit: 'open',
  query: z.looseObject({}),
  answer: z.object({}),
});

const phone = z.string().min(5).max(20);
export const askPhoneCode = endpoint({
  method: 'POST',
  path: '/api/session/phone',
  summary: { zh: '居民登录：发送短信验证码', en: 'A resident asks for a code by text message' },
  permit: 'open',
  body: z.object({ phone }),
  answer: z.object({ sent: z.literal(true) }),
});

export const phoneSignIn = endpoint({
  method: 'POST',
  path: '/api/session/phone/code',
  summary: { zh: '居民登录：提交验证码', en: 'A resident signs in with the code' },
  permit: 'open',
  body: z.object({ phone, code }),
  answer: me,
});

export const firstAdministrator = endpoint({
  method: 'POST',
  path: '/api/session/first',
  summary: {
    zh: '用一次性开通码设立首位管理员',
    en: 'Make the first administrator with the one-time code',
  },
  permit: 'open',
  body: z.object({
    code: secret,
    login: z.string().regex(/^[a-z][a-z0-9._-]{1,39}$/),
    name: z.string().trim().min(1).max(60),
    password: secret,
    areaCode,
  }),
  answer: me,
});

const passkey = z.object({
  id: z.number().int(),
  name: z.string(),
  addedAt: instant,
  usedAt: instant.nullable(),
});

/** One's own account: what one signs in with. Nobody else's is ever shown. */
export const account = z.object({
  /** Whether one of the actor's roles must have a second factor in this house. */
  isRequired: z.boolean(),
  hasPassword: z.boolean(),
  totpSince: instant.nullable(),
  passkeys: z.array(passkey),
  recoveryLeft: z.number().int(),
  /** When the holder last proved who they are; grave acts ask for it again after five minutes. */
  provenAt: instant.nullable(),
});
export type Account = z.infer<typeof account>;

export const readAccount = endpoint({
  method: 'GET',
  path: '/api/account/me',
  summary: { zh: '我的账号', en: 'My account' },
  permit: 'session',
  answer: account,
});

export const changePassword = endpoint({
  method: 'PUT',
  path: '/api/account/password',
  summary: { zh: '修改本人密码', en: 'Change one’s own password' },
  permit: 'session',
  body: z.object({ old: secret, password: secret }),
  answer: me,
});

export const beginTotp = endpoint({
  method: 'POST',
  path: '/api/account/totp',
  summary: { zh: '添加动态口令：取得密钥', en: 'Add an authenticator app: its secret' },
  permit: 'session',
  answer: z.object({ secret: z.string(), uri: z.string(), svg: z.string() }),
});

/** Recovery codes are shown once, when the first factor is added or when asked for anew. */
const recovery = z.object({ recovery: z.array(z.string()) });
export const confirmTotp = endpoint({
  method: 'POST',
  path: '/api/account/totp/confirm',
  summary: { zh: '添加动态口令：确认', en: 'Add an authenticator app: confirm with a code' },
  permit: 'session',
  body: z.object({ code }),
  answer: recovery,
});

export const removeTotp = endpoint({
  method: 'DELETE',
  path: '/api/account/totp',
  summary: { zh: '移除动态口令', en: 'Remove the authenticator app' },
  permit: 'session',
  answer: account,
});

export const newRecovery = endpoint({
  method: 'POST',
  path: '/api/account/recovery',
  summary: { zh: '换一组恢复码', en: 'New recovery codes; the old ones end' },
  permit: 'session',
  answer: recovery,
});

export const beginPasskey = endpoint({
  method: 'POST',
  path: '/api/account/passkeys/options',
  summary: { zh: '添加通行密钥：取得挑战', en: 'Add a passkey: a challenge' },
  permit: 'session',
  answer: options,
});

export const addPasskey = endpoint({
  method: 'POST',
  path: '/api/account/passkeys',
  summary: { zh: '添加通行密钥', en: 'Add a passkey' },
  permit: 'session',
  body: z.object({ name: z.string().trim().min(1).max(60), passkey: credential }),
  answer: recovery,
});

const byId = z.object({ id: rowId });
export const removePasskey = endpoint({
  method: 'DELETE',
  path: '/api/account/passkeys/:id',
  summary: { zh: '移除通行密钥', en: 'Remove a passkey' },
  permit: 'session',
  params: byId,
  answer: account,
});

/** Says again who one is: the password, a code or a passkey. Lasts five minutes. */
export const proveAgain = endpoint({
  method: 'POST',
  path: '/api/account/proof',
  summary: { zh: '再次验证身份', en: 'Prove again who one is' },
  permit: 'session',
  body: z.union([
    z.object({ password: secret }),
    z.object({ code }),
    z.object({ passkey: credential }),
  ]),
  answer: z.object({ provenAt: instant }),
});

export const askProof = endpoint({
  method: 'POST',
  path: '/api/account/proof/options',
  summary: { zh: '再次验证身份：取得挑战', en: 'Prove again by passkey: a challenge' },
  permit: 'session',
  answer: options,
});

export const session = z.object({
  id: z.number().int(),
  /** What signed in, in short words: `Chrome · Windows`. */
  device: z.string(),
  address: z.string(),
  method: z.string(),
  begunAt: instant,
  seenAt: instant,
  isThis: z.boolean(),
});

export const listSessions = endpoint({
  method: 'GET',
  path: '/api/account/sessions',
  summary: { zh: '我的登录', en: 'Where I am signed in' },
  permit: 'session',
  answer: z.object({ rows: z.array(session) }),
});

const ended = z.object({ ended: z.number().int() });
export const endSession = endpoint({
  method: 'DELETE',
  path: '/api/account/sessions/:id',
  summary: { zh: '结束一处登录', en: 'End one of my sessions' },
  permit: 'session',
  params: byId,
  answer: ended,
});

export const endOthers = endpoint({
  method: 'DELETE',
  path: '/api/account/sessions',
  summary: { zh: '结束其余全部登录', en: 'End all my other sessions' },
  permit: 'session',
  answer: ended,
});

export const endSessionsOf = endpoint({
  method: 'DELETE',
  path: '/api/actors/:id/sessions',
  summary: { zh: '结束某账号的全部登录', en: 'Sign an actor out everywhere' },
  permit: 'actor.manage',
  params: byId,
  answer: ended,
});

export const removeFactorsOf = endpoint({
  method: 'DELETE',
  path: '/api/actors/:id/factors',
  summary: {
    zh: '清除某账号的第二因素（手机遗失）',
    en: 'Take an actor’s second factors away: a phone was lost',
  },
  permit: 'actor.manage',
  params: byId,
  answer: ended,
});

export const deviceKey = z.object({
  id: z.number().int(),
  prefix: z.string(),
  actions: z.array(z.string()),
  madeAt: instant,
  expiresAt: instant,
  usedAt: instant.nullable(),
  revokedAt: instant.nullable(),
});

export const listDeviceKeys = endpoint({
  method: 'GET',
  path: '/api/actors/:id/keys',
  summary: { zh: '设备账号的密钥', en: 'Keys of a device’s account' },
  permit: 'actor.manage',
  params: byId,
  answer: z.object({ rows: z.array(deviceKey) }),
});

export const issueDeviceKey = endpoint({
  method: 'POST',
  path: '/api/actors/:id/keys',
  summary: {
    zh: '为设备账号签发密钥（只显示一次）；旧密钥再用若干天',
    en: 'Issue a device’s key, shown this once; older ones live on for some days',
  },
  permit: 'actor.manage',
  params: byId,
  body: z.object({
    actions: z.array(z.string().max(60)).max(20).default([]),
    days: z.number().int().min(1).max(730).default(365),
    overlapDays: z.number().int().min(0).max(90).default(7),
  }),
  answer: deviceKey.extend({ key: z.string() }),
});

export const revokeDeviceKey = endpoint({
  method: 'DELETE',
  path: '/api/actors/:id/keys/:keyId',
  summary: { zh: '吊销设备密钥', en: 'Revoke a device’s key' },
  permit: 'actor.manage',
  params: byId.extend({ keyId: rowId }),
  answer: deviceKey,
});
