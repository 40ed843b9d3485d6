import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { buildHttp } from '#platform/http/index.ts';
import { vaultOf } from '#platform/secrets/index.ts';
import { accessRoutes, createActor, type Role, scopeFor } from '#registers/access/index.ts';
import { freshDatabase } from '../../../tests/builders/database.ts';
import { type SigninDeps, type SigninSettings, signinRoutes, whoHolds } from './index.ts';

export const T0 = Date.parse('2026-03-02T01:00:00Z');
export const PASSWORD = 'a long enough phrase';
export const ORIGIN = 'http://localhost:80';

export const codeOf = (secret: string, at: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });

/** A house that can be signed in to, with a clock the test moves. */
export async function door(
  settings: SigninSettings = { secondFactor: 'offered' },
  more: Partial<SigninDeps> = {},
) {
  const fresh = await freshDatabase();
  const { db } = fresh;
  const clock = { now: T0 };
  const vault = vaultOf([{ id: 1, key: randomBytes(32) }]);
  const deps: SigninDeps = { db, vault, chance: randomBytes, settings, ...more };
  const http = await buildHttp({
    db,
    clock: () => clock.now,
    gate: { authenticate: (token, now) => whoHolds(db, token, now), scopeFor },
    routes: [...accessRoutes(), ...signinRoutes(deps)],
    onFault: (fault) => assert.fail(fault as Error),
  });
  const make = async (login: string, role: Role = 'street_officer', areaCode = '429001000000') => {
    const input = { login, name: '李雷', roles: [role], areaCode, password: PASSWORD };
    const made = await db.tx((tx) => createActor(tx, HOUSE, input, T0));
    assert.ok(!isRefusal(made));
    return made;
  };
  return { ...fresh, db, vault, deps, clock, make, http, browser: () => newBrowser(http.app) };
}

type App = Awaited<ReturnType<typeof buildHttp>>['app'];
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A browser: keeps cookies, speaks JSON. */
export function newBrowser(app: App, remoteAddress = '10.0.0.1') {
  const cookies: Record<string, string> = {};
  const ask = async (method: Method, url: string, payload?: object) => {
    const reply = await app.inject({
      method,
      url,
      cookies,
      remoteAddress,
      headers: { host: 'localhost:80', 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/140.0' },
      ...(payload ? { payload } : {}),
    });
    for (const { name, value } of reply.cookies)
      if (value) cookies[name] = value;
      else delete cookies[name];
    return {
      status: reply.statusCode,
      body: /json/.test(String(reply.headers['content-type'])) ? reply.json() : {},
      headers: reply.headers,
    };
  };
  return {
    cookies,
    get: (url: string) => ask('GET', url),
    post: (url: string, payload: object = {}) => ask('POST', url, payload),
    put: (url: string, payload: object) => ask('PUT', url, payload),
    remove: (url: string) => ask('DELETE', url),
    enter: (login: string, password = PASSWORD) => ask('POST', '/api/session', { login, password }),
  };
}
