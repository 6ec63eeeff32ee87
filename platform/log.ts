import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';

/** A structured log: one JSON line an event. Write through {@link logEvent}. */
export type Log = Logger;

/** The levels of `LOG_LEVEL`. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Names of fields whose text never reaches a line, however deep they lie (`apiToken`, `x-twilio-signature`, …). */
const SECRET_NAME =
  /(authorization|cookies?|token|secrets?|password|passwordhash|api[-_]?key|signature|connectionstring)$/i;
/** Secrets within an address: user and password, what a query carries, and the token of a link from a letter. */
const SECRET_IN_URL =
  /(?<scheme>\w+:\/\/)[^\s/@]+@|(?<query>\?)[^\s"'=]+=[^\s"']+|(?<link>\/(?:invitation|reset-password)\/)[^\s/"'?]+/g;
/** A telephone number as it is stored: no line is to hold one, and the message of an error might. */
const PHONE = /\+\d{8,15}(?!\d)/g;
const REDACTED = '[redacted]';
/** Levels below a line's own fields that are written; a line is no dump. */
const MAX_DEPTH = 6;

/** What names a call in each of its lines. */
export interface LogFields {
  readonly callSid?: string;
  readonly businessId?: string;
  /** An `Error` is written with its type, message, stack and cause. */
  readonly err?: unknown;
  readonly [field: string]: unknown;
}

/**
 * Makes the process's log. `destination` is for tests; by default lines go to standard output.
 * Phone numbers and transcripts have no business in any field.
 */
export function createLog(options: { level?: LogLevel; destination?: DestinationStream } = {}): Log {
  return pino(
    {
      level: options.level ?? 'info',
      base: { pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
      serializers: {
        err: (err: unknown) => (err instanceof Error ? withoutSecrets({ ...stdSerializers.err(err) }) : err),
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** Writes one line with the event's name (`snake_case`) as both `event` and `msg`. Level `info` unless told. */
export function logEvent(
  log: Log,
  event: string,
  fields: LogFields = {},
  level: Exclude<LogLevel, 'silent'> = 'info',
): void {
  log[level]({ ...fields, event }, event);
}

function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cleaned(name, value, 0)]));
}

function withoutSecretsInUrls(text: string): string {
  return text.replace(SECRET_IN_URL, (...match) => {
    const { scheme, query, link } = match.at(-1) as Readonly<Record<'scheme' | 'query' | 'link', string | undefined>>;
    return scheme === undefined ? `${query ?? link ?? ''}${REDACTED}` : `${scheme}${REDACTED}@`;
  });
}

function cleaned(name: string, value: unknown, depth: number): unknown {
  if (SECRET_NAME.test(name) && value !== null && typeof value !== 'number' && typeof value !== 'boolean') {
    return REDACTED;
  }
  if (typeof value === 'string') return withoutSecretsInUrls(value).replace(PHONE, REDACTED);
  // Errors have a serialiser of their own; dates and the like know how to write themselves.
  if (typeof value !== 'object' || value === null || value instanceof Error || 'toJSON' in value) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => cleaned('', item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleaned(key, inner, depth + 1)]));
}
