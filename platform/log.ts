import { pino, type DestinationStream, type Logger } from 'pino';

/** A structured log: one JSON line an event. Write through {@link logEvent}. */
export type Log = Logger;

/** The levels of `LOG_LEVEL`. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Names of fields whose values never reach a line, at the top and one or two levels down. */
const SECRET_FIELDS = [
  'authorization',
  'Authorization',
  'cookie',
  'Cookie',
  '["set-cookie"]',
  '["x-twilio-signature"]',
  '["x-api-key"]',
  'token',
  'apiToken',
  'streamToken',
  'accessToken',
  'password',
  'passwordHash',
  'secret',
  'appSecret',
  'apiKey',
  'api_key',
  'authToken',
  'connectionString',
];

const REDACTED_PATHS = SECRET_FIELDS.flatMap((name) => {
  const below = name.startsWith('[') ? name : `.${name}`;
  return [name, `*${below}`, `*.*${below}`];
});

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
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
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
