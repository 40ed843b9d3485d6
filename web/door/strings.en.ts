import type { zh } from './strings.zh.ts';

export const en: Record<keyof typeof zh, string> = {
  'door.title': 'Sign in',
  'door.login': 'Account',
  'door.password': 'Password',
  'door.go': 'Sign in',
  'door.passkey': 'Sign in with a passkey',
  'door.hint': 'Accounts come from your administrator. Every look and every act is recorded.',
  'door.second': 'One more step',
  'door.recovery': 'Recovery code',
  'door.by.totp': 'By code app',
  'door.by.passkey': 'By passkey',
  'door.by.recovery': 'By recovery code',
  'door.back': 'Back',
  'door.changeWhy': 'Somebody else gave you this password. Choose one that only you know.',
  'door.enrol': 'Add a second factor',
  'door.enrolWhy':
    'Your role can do much, so it needs a second factor besides the password. Nothing else opens before.',
  'door.first': 'The first administrator',
  'door.firstWhy': 'This code works once. The other accounts are made by you, at the desk.',
  'door.make': 'Make and sign in',
  'door.loginHelp': 'Begins with a small letter; 2–40 small letters, digits, dots, dashes',
  'door.yourName': 'Your name',
  'door.area': 'Code of your area, 12 digits, e.g. 429900000000',
  'door.oidcFailed': 'The city’s sign-on was not completed; try again, or use your password.',
  'door.oidcUnknown':
    'The city’s sign-on knows you, but this house has no account for you; ask an administrator.',
};
