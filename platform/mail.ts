import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { AppError } from './errors.ts';

/** A letter. */
export interface Letter {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  /** Plain text, Hebrew. */
  readonly text: string;
}

/** Sends a letter. @throws AppError `mail_refused` (permanent: this letter never goes out) or `mail_failed` */
export type SendMail = (letter: Letter) => Promise<void>;

/** What is said of a letter that failed: the server's number, or the code of what broke, e.g. of a certificate. */
const failure = z.object({
  responseCode: z.number().optional(),
  originalCode: z.string().optional(),
  code: z.string().optional(),
});

/** Ms to wait for the server at each step. */
const TIMEOUT_MS = 10_000;

export interface SmtpOptions {
  /** `smtp://` (with STARTTLS where the server offers it) or `smtps://`. */
  readonly smtpUrl: string;
  readonly from: string;
  /** To wait for the server at each step, ms. Default 10 000. */
  readonly timeoutMs?: number;
}

/** Letters through an SMTP server. */
export function smtpMail({ smtpUrl, from, timeoutMs = TIMEOUT_MS }: SmtpOptions): SendMail {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A letter is text of ours: nothing in it may make the server read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ to, subject, text }) => {
    try {
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
    } catch (cause) {
      const { responseCode: status = null, originalCode, code } = failure.catch({}).parse(cause);
      const refused = status !== null && status >= 500;
      // The cause names the recipient; the log gets the server's number, or what kept us from it, alone.
      const details = { status, reason: originalCode ?? code ?? null };
      throw new AppError(refused ? 'mail_refused' : 'mail_failed', { permanent: refused, details });
    }
  };
}
