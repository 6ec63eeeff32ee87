import {
  invitationToSend,
  linkTokenOfRow,
  linkUrl,
  noteInvitationMail,
  resetToSend,
  type LinkKind,
} from '../domain/users/index.ts';
import { isAppError } from '../platform/errors.ts';
import { logEvent } from '../platform/log.ts';
import type { Letter } from '../platform/mail.ts';
import type { WorkerContext } from './context.ts';

// Right-to-left text with an address in it: the address is isolated, so that no mail program turns it round.
const isolated = (text: string) => `\u2068${text}\u2069`;

/** Sends an invitation, while it is open. One that does not go out says so: its link can be handed over meanwhile. */
export async function mailInvitation(
  context: WorkerContext,
  { businessId, invitationId }: { readonly businessId: string; readonly invitationId: string },
): Promise<void> {
  const found = await invitationToSend(context.db, businessId, invitationId, context.clock.now());
  if (found === null) return logEvent(context.log, 'mail_skipped', { businessId, invitationId, reason: 'not_open' });
  const { email, name, businessName, invitedBy } = found;
  const letter = (url: string): Letter => ({
    to: email,
    subject: `הזמנה להצטרף ל${isolated(businessName)} ב־ProSaaS`,
    text: [
      name === '' ? 'שלום,' : `שלום ${isolated(name)},`,
      '',
      `${isolated(invitedBy)} מזמין אותך להצטרף לעסק ${isolated(businessName)} ב־ProSaaS.`,
      'להצטרפות יש לפתוח את הקישור. הוא תקף לשבוע ולשימוש אחד:',
      '',
      url,
      '',
      'לא ציפית להזמנה? אפשר להתעלם מההודעה.',
    ].join('\n'),
  });
  const note = (failedAt: Date | null) => noteInvitationMail(context.db, businessId, invitationId, failedAt);
  try {
    await send(context, 'invitation', { id: invitationId, tokenHash: found.tokenHash }, letter);
  } catch (error) {
    await note(context.clock.now());
    throw error;
  }
  await note(null);
}

/** Sends a link that sets a new password, if there is somebody to send it to. */
export async function mailPasswordReset(
  context: WorkerContext,
  { resetId }: { readonly resetId: string },
): Promise<void> {
  const found = await resetToSend(context.db, resetId, context.clock.now());
  if (found === null) return;
  await send(context, 'password-reset', { id: resetId, tokenHash: found.tokenHash }, (url) => ({
    to: found.email,
    subject: 'איפוס הסיסמה ב־ProSaaS',
    text: [
      found.name === '' ? 'שלום,' : `שלום ${isolated(found.name)},`,
      '',
      'התבקש איפוס של הסיסמה שלך. לבחירת סיסמה חדשה יש לפתוח את הקישור. הוא תקף לשעה ולשימוש אחד:',
      '',
      url,
      '',
      'לא ביקשת? אפשר להתעלם מההודעה, והסיסמה תישאר כפי שהיא.',
    ].join('\n'),
  }));
}

async function send(
  { mail, log, links }: WorkerContext,
  kind: LinkKind,
  row: { readonly id: string; readonly tokenHash: string },
  letter: (url: string) => Letter,
): Promise<void> {
  const { id } = row;
  const token = linkTokenOfRow(links.secrets, kind, row);
  // Made under a secret that is gone: nobody knows the link any more, and a new one is a click away.
  if (token === null) return logEvent(log, 'mail_skipped', { kind, id, reason: 'secret_unknown' }, 'warn');
  const url = linkUrl(links.publicUrl, kind, token);
  if (mail !== null) {
    try {
      await mail(letter(url));
    } catch (error) {
      const { code, details } = isAppError(error) ? error : { code: null, details: {} };
      logEvent(log, 'mail_failed', { kind, id, code, ...details }, 'warn');
      throw error;
    }
    return logEvent(log, 'mail_sent', { kind, id });
  }
  logEvent(log, 'mail_not_configured', { kind, id, ...(links.logged ? { link: url } : {}) }, 'warn');
}
