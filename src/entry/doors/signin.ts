import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewaySender, type Sender, spoolSender } from '#platform/notify/index.ts';
import { allowedOf } from '#platform/outbound/index.ts';
import type { SigninSettings } from '#registers/signin/index.ts';

/** What the environment says of signing in and of messages to the outside. */
export type SigninConfig = SigninSettings & {
  readonly notify: { readonly url: string; readonly token: string | undefined } | undefined;
};

function urlOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new Error(`${name}=${text} is no http address`);
  return text;
}

/** A secret stands in the environment, or in a file that `NAME_FILE` names. */
function secretOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  return file ? readFileSync(file, 'utf8').trim() : env[name] || undefined;
}

function oidcOf(env: NodeJS.ProcessEnv): SigninSettings['oidc'] {
  const issuer = urlOf(env, 'OIDC_ISSUER');
  if (!issuer) return undefined;
  const clientSecret = secretOf(env, 'OIDC_CLIENT_SECRET');
  const clientId = env.OIDC_CLIENT_ID;
  if (!clientId || !clientSecret)
    throw new Error('OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET');
  return {
    issuer,
    clientId,
    clientSecret,
    label: env.OIDC_LABEL || '统一身份认证 · City sign-on',
    loginClaim: env.OIDC_LOGIN_CLAIM || undefined,
  };
}

/**
 * Second factors are required of the roles that need one wherever no sample city shows its logins
 * on the screen. Throws a sentence that names the variable when a value cannot be used.
 */
export function signinOf(env: NodeJS.ProcessEnv, isSample: boolean): SigninConfig {
  const asked = env.FENGHUO_SECOND_FACTOR || (isSample ? 'offered' : 'required');
  if (asked !== 'required' && asked !== 'offered')
    throw new Error(`FENGHUO_SECOND_FACTOR=${asked} is neither required nor offered`);
  const url = urlOf(env, 'NOTIFY_URL');
  return {
    publicUrl: urlOf(env, 'PUBLIC_URL'),
    secondFactor: asked,
    oidc: oidcOf(env),
    allowed: allowedOf(env.OUTBOUND_ALLOW),
    notify: url ? { url, token: secretOf(env, 'NOTIFY_TOKEN') } : undefined,
  };
}

/** Messages go to the gateway, or, where there is none, into files only their owner reads. */
export const senderOf = ({ notify, allowed }: SigninConfig, home: string): Sender =>
  notify
    ? gatewaySender({ ...notify, ...(allowed ? { allowed } : {}) })
    : spoolSender(join(home, 'outbox'));
