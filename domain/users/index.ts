export { ACTIONS, can, reaches, ROLES, type Action, type BusinessRole, type Role, type Scope } from './permissions.ts';
export { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, verifyPassword } from './passwords.ts';
export { MIN_NEW_PASSWORD_LENGTH, newPasswordProblem } from './password-rules.ts';
export {
  beginSession,
  normaliseEmail,
  SECOND_FACTOR_WAIT_MS,
  SESSION_MS,
  sessionOf,
  signIn,
  signOut,
  switchBusiness,
  type BusinessOfUser,
  type NewSession,
  type SessionFacts,
  type SignedInUser,
} from './sessions.ts';
export { ACCOUNT_LIMIT, ADDRESS_LIMIT, guardedSignIn, type SignInAttempt } from './sign-in.ts';
export { beginActingAs, endActingAs } from './act-as.ts';
export {
  businessesWatched,
  changeName,
  changePassword,
  endAllSessions,
  endSession,
  ownSessions,
  type OwnSession,
} from './account.ts';
export {
  awaitingSecondFactor,
  beginSecondFactor,
  CODE_LIMIT,
  confirmSecondFactor,
  disableSecondFactor,
  passSecondFactor,
  RECOVERY_CODES,
  recoveryCodesLeft,
  renewRecoveryCodes,
  secondFactorSetup,
  type SecondFactorServices,
} from './second-factor.ts';
export {
  MAIL_PASSWORD_RESET,
  RESET_ADDRESS_LIMIT,
  requestReset,
  RESET_MS,
  resetOfToken,
  resetPassword,
  resetToSend,
  sweepResets,
} from './password-resets.ts';
export {
  acceptAsNew,
  acceptAsUser,
  INVITATION_MS,
  invitationOfToken,
  invitationToSend,
  invite,
  MAIL_INVITATION,
  noteInvitationMail,
  openInvitations,
  resendInvitation,
  revokeInvitation,
  type InvitationFacts,
  type OpenInvitation,
} from './invitations.ts';
export { linkToken, linkTokenOfRow, linkUrl, type LinkKind } from './links.ts';
export { changeRole, createResetLink, listMembers, removeMember, type Member } from './members.ts';
export { createSystemAdmin } from './system-admin.ts';
export { apiTokenBusiness, createApiToken } from './api-tokens.ts';
export {
  issueApiToken,
  listApiTokens,
  MAX_TOKENS,
  revokeApiToken,
  type ApiTokenFacts,
  type NewApiToken,
} from './manage-tokens.ts';
export { ALL_SCOPES, scopesAllow, scopesFor, TOKEN_SCOPES, type TokenScope } from './token-scopes.ts';
