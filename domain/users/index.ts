export { ACTIONS, can, reaches, ROLES, type Action, type BusinessRole, type Role, type Scope } from './permissions.ts';
export { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, verifyPassword } from './passwords.ts';
export {
  normaliseEmail,
  SESSION_MS,
  sessionOf,
  signIn,
  signOut,
  switchBusiness,
  type BusinessOfUser,
  type SessionFacts,
  type SignedInUser,
} from './sessions.ts';
export { apiTokenBusiness, createApiToken } from './api-tokens.ts';
