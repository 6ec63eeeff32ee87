import { z } from 'zod';
import type { BlobOptions } from './blobs/index.ts';
import { AppError } from './errors.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';

/**
 * `production`: what the product cannot do without must be there. `development` (also the demo and the tests): what is
 * missing stands for the embedded database and the sandbox.
 */
export type EnvMode = 'production' | 'development';

/** The environment, read once by a composition root. Addresses carry no trailing slash. */
export interface Env {
  readonly mode: EnvMode;
  /** Null: start the embedded PostgreSQL. Never null in production. */
  readonly databaseUrl: string | null;
  /** For LISTEN, advisory locks and the queue, which a transaction pooler would break. Default: `databaseUrl`. */
  readonly databaseDirectUrl: string | null;
  /** Undefined: jobs are kept in the database. */
  readonly redisUrl: string | undefined;
  /** The address people and Twilio reach us at. */
  readonly publicUrl: string;
  /** Cookies travel over https only: when `publicUrl` does. */
  readonly secureCookies: boolean;
  /** 0 takes a free one. */
  readonly port: number;
  /** The address listened on; undefined: every one. */
  readonly host: string | undefined;
  readonly appSecret: string;
  /** Secrets that came before: what was sealed or derived under them still holds. */
  readonly previousAppSecrets: readonly string[];
  readonly twilioAuthToken: string;
  /** Null: the AccountSid of the webhook. */
  readonly twilioAccountSid: string | null;
  readonly twilioApiUrl: string;
  readonly openaiApiKey: string;
  readonly openaiBaseUrl: string;
  /** `wss:` or `ws:`; base without query. */
  readonly openaiRealtimeUrl: string;
  /** Speech models in order of preference: the next is tried when one does not open. At least one. */
  readonly openaiRealtimeModels: readonly string[];
  /** Transcription models in order of preference: the next is tried when a session refuses one. At least one. */
  readonly openaiTranscriptionModels: readonly string[];
  /** Language models that analyse a finished call, in order of preference. None: calls are not analysed. */
  readonly openaiAnalysisModels: readonly string[];
  /** Where recordings are kept: in a bucket, else under the folder. */
  readonly recordings: BlobOptions & {
    /** Twilio's copy stays after ours is stored. */
    readonly keepAtTwilio: boolean;
  };
  /** How long a call waits, ms: for the model's socket, for a reply's first audio, for a tool's result. */
  readonly callTimeouts: { readonly connectMs: number; readonly firstAudioMs: number; readonly toolMs: number };
  /** Requests a minute that a token, or a session, may send to the JSON API. */
  readonly apiRequestsPerMinute: number;
  /** `host:port`, lower case: what outgoing webhooks may reach although private. */
  readonly webhookAllowHosts: readonly string[];
  /** The server that sends letters, and in whose name; null: links are shown on the page instead. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null;
  readonly logLevel: LogLevel;
  /** Said at start; nothing stops for them. */
  readonly warnings: readonly string[];
}

/** An environment with all that production needs. */
export interface ProductionEnv extends Env {
  readonly mode: 'production';
  readonly databaseUrl: string;
  readonly databaseDirectUrl: string;
}

/** Characters of `APP_SECRET` below which a warning is given. */
const SHORT_SECRET = 32;
const DEFAULT_PORT = 3000;

/** Stand-ins where the mode allows them. The secret protects nothing but a developer's own machine. */
const DEVELOPMENT = {
  APP_SECRET: 'development-secret-for-this-machine-only',
  TWILIO_AUTH_TOKEN: 'sandbox-auth-token',
  OPENAI_API_KEY: 'sandbox-api-key',
};

const text = z.string().trim().min(1);
const address = (schemes: readonly string[]) =>
  text
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)), {
      message: `must be an address beginning with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    })
    .transform((value) => value.replace(/\/+$/, ''));
const httpAddress = address(['https', 'http']);
const databaseAddress = address(['postgresql', 'postgres']);

const hostAndPort = /^([a-z0-9.-]+|\[[0-9a-f:.]+\]):([0-9]{1,5})$/;
const hostList = text.transform((value, context) => {
  const hosts = value
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((host) => host !== '');
  for (const host of hosts) {
    const port = Number(hostAndPort.exec(host)?.[2] ?? 0);
    if (port < 1 || port > 65_535) {
      context.addIssue({ code: 'custom', message: `must be a list of host:port, which "${host}" is not` });
    }
  }
  return [...new Set(hosts)];
});

const nameList = text.transform((value) =>
  value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
);

/** `none`: without. */
const modelsOrNone = nameList.transform((names) => (names.length === 1 && names[0] === 'none' ? [] : names));

const models = nameList.refine((names) => names.length > 0, 'must name at least one model');

/** Shorter than the first a healthy peer would fail it; longer than the last nobody stays on the line. */
const timeout = (byDefault: number) =>
  text
    .regex(/^[0-9]{1,6}$/, 'must be a number of milliseconds')
    .transform(Number)
    .refine((ms) => ms >= 500 && ms <= 60_000, 'must be between 500 and 60000 milliseconds')
    .default(byDefault);

/** The whole environment: every name the product reads, and no other. */
const schema = z.object({
  DATABASE_URL: databaseAddress.optional(),
  DATABASE_DIRECT_URL: databaseAddress.optional(),
  REDIS_URL: address(['redis', 'rediss']).optional(),
  PUBLIC_URL: httpAddress.optional(),
  PORT: text
    .regex(/^[0-9]{1,5}$/, 'must be a port number')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port number')
    .default(DEFAULT_PORT),
  HOST: text.optional(),
  APP_SECRET: text.optional(),
  APP_SECRET_PREVIOUS: nameList.default([]),
  TWILIO_AUTH_TOKEN: text.optional(),
  TWILIO_ACCOUNT_SID: text.optional(),
  TWILIO_API_URL: httpAddress.default('https://api.twilio.com'),
  OPENAI_API_KEY: text.optional(),
  OPENAI_BASE_URL: httpAddress.default('https://api.openai.com/v1'),
  OPENAI_REALTIME_URL: address(['wss', 'ws', 'https', 'http'])
    .refine((value) => !value.includes('?'), 'must be without a query')
    .transform((value) => value.replace(/^http/, 'ws'))
    .default('wss://api.openai.com/v1/realtime'),
  OPENAI_REALTIME_MODEL: models.default(['gpt-realtime-2.1', 'gpt-realtime-2.1-mini']),
  OPENAI_TRANSCRIPTION_MODELS: models.default([
    'gpt-transcribe',
    'gpt-4o-transcribe',
    'gpt-4o-mini-transcribe',
    'whisper-1',
  ]),
  OPENAI_ANALYSIS_MODELS: modelsOrNone.default(['gpt-4.1-mini', 'gpt-5-mini', 'gpt-4o-mini']),
  RECORDINGS_DIR: text.default('.data/recordings'),
  RECORDINGS_S3_ENDPOINT: httpAddress.optional(),
  RECORDINGS_S3_REGION: text.default('us-east-1'),
  RECORDINGS_S3_BUCKET: text.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket').optional(),
  RECORDINGS_S3_ACCESS_KEY_ID: text.optional(),
  RECORDINGS_S3_SECRET_ACCESS_KEY: text.optional(),
  RECORDINGS_KEEP_AT_TWILIO: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
  CALL_CONNECT_TIMEOUT_MS: timeout(5000),
  CALL_FIRST_AUDIO_TIMEOUT_MS: timeout(4000),
  CALL_TOOL_TIMEOUT_MS: timeout(8000),
  API_REQUESTS_PER_MINUTE: text
    .regex(/^[0-9]{1,7}$/, 'must be a number')
    .transform(Number)
    .refine((count) => count >= 1, 'must be at least 1')
    .default(600),
  WEBHOOK_ALLOW_HOSTS: hostList.default([]),
  SMTP_URL: address(['smtp', 'smtps']).optional(),
  MAIL_FROM: text.max(320).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
});

const REQUIRED = ['DATABASE_URL', 'PUBLIC_URL', 'TWILIO_AUTH_TOKEN', 'OPENAI_API_KEY', 'APP_SECRET'] as const;

/**
 * Reads the environment. An empty value counts as missing. Throws `environment_incomplete` with one line for every
 * problem, not just the first, in `details.missing` (names and what is wrong, never a value that could be a secret).
 */
export function readEnv(source: Readonly<Record<string, string | undefined>>, mode: 'production'): ProductionEnv;
export function readEnv(source: Readonly<Record<string, string | undefined>>, mode: EnvMode): Env;
export function readEnv(source: Readonly<Record<string, string | undefined>>, mode: EnvMode): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim() !== ''));
  const parsed = schema.safeParse(given);
  const problems = mode === 'production' ? REQUIRED.filter((name) => given[name] === undefined).map(missing) : [];
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  problems.push(...bucketProblems(given));
  if (parsed.success && (parsed.data.SMTP_URL === undefined) !== (parsed.data.MAIL_FROM === undefined)) {
    problems.push(`${parsed.data.SMTP_URL === undefined ? 'SMTP_URL' : 'MAIL_FROM'} is missing: mail needs both`);
  }
  if (!parsed.success || problems.length > 0) {
    throw new AppError('environment_incomplete', { permanent: true, details: { missing: problems } });
  }
  const env = parsed.data;
  const publicUrl = env.PUBLIC_URL ?? `http://127.0.0.1:${env.PORT}`;
  const appSecret = env.APP_SECRET ?? DEVELOPMENT.APP_SECRET;
  return {
    mode,
    databaseUrl: env.DATABASE_URL ?? null,
    databaseDirectUrl: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL ?? null,
    redisUrl: env.REDIS_URL,
    publicUrl,
    secureCookies: publicUrl.startsWith('https:'),
    port: env.PORT,
    host: env.HOST,
    appSecret,
    previousAppSecrets: env.APP_SECRET_PREVIOUS,
    twilioAuthToken: env.TWILIO_AUTH_TOKEN ?? DEVELOPMENT.TWILIO_AUTH_TOKEN,
    twilioAccountSid: env.TWILIO_ACCOUNT_SID ?? null,
    twilioApiUrl: env.TWILIO_API_URL,
    openaiApiKey: env.OPENAI_API_KEY ?? DEVELOPMENT.OPENAI_API_KEY,
    openaiBaseUrl: env.OPENAI_BASE_URL,
    openaiRealtimeUrl: env.OPENAI_REALTIME_URL,
    openaiRealtimeModels: env.OPENAI_REALTIME_MODEL,
    openaiTranscriptionModels: env.OPENAI_TRANSCRIPTION_MODELS,
    openaiAnalysisModels: env.OPENAI_ANALYSIS_MODELS,
    recordings: {
      folder: env.RECORDINGS_DIR,
      s3: bucketOf(env),
      keepAtTwilio: env.RECORDINGS_KEEP_AT_TWILIO === 'true',
    },
    callTimeouts: {
      connectMs: env.CALL_CONNECT_TIMEOUT_MS,
      firstAudioMs: env.CALL_FIRST_AUDIO_TIMEOUT_MS,
      toolMs: env.CALL_TOOL_TIMEOUT_MS,
    },
    apiRequestsPerMinute: env.API_REQUESTS_PER_MINUTE,
    webhookAllowHosts: env.WEBHOOK_ALLOW_HOSTS,
    mail:
      env.SMTP_URL === undefined || env.MAIL_FROM === undefined ? null : { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM },
    logLevel: env.LOG_LEVEL,
    warnings: appSecret.length < SHORT_SECRET ? [`APP_SECRET has fewer than ${SHORT_SECRET} characters`] : [],
  };
}

/** A bucket is named with its keys and its address, or not at all. */
const BUCKET = [
  'RECORDINGS_S3_BUCKET',
  'RECORDINGS_S3_ENDPOINT',
  'RECORDINGS_S3_ACCESS_KEY_ID',
  'RECORDINGS_S3_SECRET_ACCESS_KEY',
] as const;

function bucketProblems(given: Readonly<Record<string, string | undefined>>): string[] {
  const absent = BUCKET.filter((name) => given[name] === undefined);
  if (absent.length === BUCKET.length) return [];
  return absent.map((name) => `${name} is missing: a bucket for recordings needs all of ${BUCKET.join(', ')}`);
}

function bucketOf(env: z.output<typeof schema>): BlobOptions['s3'] {
  const { RECORDINGS_S3_BUCKET: bucket, RECORDINGS_S3_ENDPOINT: endpoint } = env;
  const { RECORDINGS_S3_ACCESS_KEY_ID: accessKeyId, RECORDINGS_S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (bucket === undefined || endpoint === undefined) return null;
  if (accessKeyId === undefined || secretAccessKey === undefined) return null;
  return { bucket, endpoint, accessKeyId, secretAccessKey, region: env.RECORDINGS_S3_REGION };
}

/** What is missing, and what it is for. */
function missing(name: (typeof REQUIRED)[number]): string {
  const purpose = {
    DATABASE_URL: 'the PostgreSQL connection string',
    PUBLIC_URL: 'the address Twilio and people reach this server at',
    TWILIO_AUTH_TOKEN: 'proves that a webhook comes from Twilio',
    OPENAI_API_KEY: 'opens the speech model',
    APP_SECRET: 'session and encryption keys are derived from it',
  } as const;
  return `${name} is missing: ${purpose[name]}`;
}
