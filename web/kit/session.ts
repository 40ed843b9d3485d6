import { type Me, readSession, signOut } from '#registers/signin/contract.ts';
import { call } from './api.ts';
import { useAnswer } from './query.ts';

/** Who is signed in; without a session `call` has already left for the sign-in page. */
export const useMe = (): Me | undefined => useAnswer(readSession).data;

export async function leave(): Promise<void> {
  const { next } = await call(signOut);
  location.assign(next ?? '/');
}
