import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import { CallError } from '../api.ts';
import { en, zh } from './words.ts';

/** Whether this page may ask for passkeys: only where the line is safe. */
export const hasPasskeys = (): boolean => browserSupportsWebAuthn();

type Said = {
  id: string;
  rawId: string;
  type: 'public-key';
  response: { clientDataJSON: string };
} & Record<string, unknown>;

const stopped = (): CallError =>
  new CallError(0, 'passkey-stopped', { zh: zh['account.stopped'], en: en['account.stopped'] });

/** Makes a passkey. Throws CallError when the person or the browser stopped it. */
export async function makePasskey(options: object): Promise<Said> {
  try {
    const optionsJSON = options as PublicKeyCredentialCreationOptionsJSON;
    return { ...(await startRegistration({ optionsJSON })) };
  } catch {
    throw stopped();
  }
}

/** Proves with a passkey. Throws CallError when the person or the browser stopped it. */
export async function showPasskey(options: object): Promise<Said> {
  try {
    const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
    return { ...(await startAuthentication({ optionsJSON })) };
  } catch {
    throw stopped();
  }
}
