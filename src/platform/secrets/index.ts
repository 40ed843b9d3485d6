export { openNote, sealNote } from './notes.ts';
export { maskAddress, maskIdNo, maskName, maskPhone, normaliseIdNo } from './masking.ts';
export { hashPassword, hashToken, newToken, verifyPassword } from './passwords.ts';
export type { Vault } from './vault.ts';
export { openVault, vaultOf } from './vault.ts';
