import type { zh } from './strings.zh.ts';

export const en: Record<keyof typeof zh, string> = {
  'door.title': 'Sign in',
  'door.login': 'Account',
  'door.password': 'Password',
  'door.go': 'Sign in',
  'door.going': 'Signing in…',
  'door.hint': 'Accounts come from your administrator. Every look and every act is recorded.',
  'door.line': 'A clue comes in; an answer comes back.',
};
