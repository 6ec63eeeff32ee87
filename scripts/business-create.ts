import { parseArgs } from 'node:util';
import { createBusiness } from '../domain/businesses/index.ts';
import { readEnv } from '../platform/env.ts';
import { isAppError } from '../platform/errors.ts';
import { createLog } from '../platform/log.ts';
import { openProcessDatabase } from '../platform/db/open-process.ts';

/**
 * Creates a business with its number, its owner and an API token:
 *
 *   npm run business:create -- --name N --number +972… --owner-email E --owner-password P
 *                              [--max-total-calls N] [--max-outbound-calls N] [--json]
 *
 * With --json the last line of the output is `{"businessId":…,"apiToken":…}`. Run again with the same number, it changes
 * nothing and prints the same; the token only where APP_SECRET is the one it was made with, else null.
 */

const USAGE =
  'Usage: npm run business:create -- --name N --number +972… --owner-email E --owner-password P' +
  ' [--max-total-calls N] [--max-outbound-calls N] [--json]';

/** Flag of each input, for messages. */
const FLAG: Readonly<Record<string, string>> = {
  name: '--name',
  number: '--number',
  ownerEmail: '--owner-email',
  ownerPassword: '--owner-password (at least 8 characters)',
  maxTotalCalls: '--max-total-calls',
  maxOutboundCalls: '--max-outbound-calls',
};

function fail(message: string): never {
  process.stderr.write(`${message}\n${USAGE}\n`);
  process.exit(1);
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        name: { type: 'string' },
        number: { type: 'string' },
        'owner-email': { type: 'string' },
        'owner-password': { type: 'string' },
        'max-total-calls': { type: 'string' },
        'max-outbound-calls': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const flags = readFlags();
const required = ['name', 'number', 'owner-email', 'owner-password'] as const;
const missing = required.filter((flag) => flags[flag] === undefined || flags[flag] === '');
if (missing.length > 0) fail(`Missing: ${missing.map((flag) => `--${flag}`).join(', ')}`);
/** A limit that is no number becomes NaN, which createBusiness refuses by name. */
const limit = (text: string | undefined) => (text === undefined ? undefined : Number(text.trim() || 'none'));

// The environment of a server is not needed here; DATABASE_URL, and APP_SECRET for telling the token again, are enough.
const env = readEnv(process.env, 'development');
const ownSecret = (process.env['APP_SECRET'] ?? '').trim() !== '' || env.databaseUrl === null;
// Standard output carries the answer alone.
const log = createLog({ level: 'warn', destination: process.stderr });
const database = await openProcessDatabase(env, log, 2);
try {
  const business = await createBusiness(database.db, {
    name: flags.name ?? '',
    number: flags.number ?? '',
    ownerEmail: flags['owner-email'] ?? '',
    ownerPassword: flags['owner-password'] ?? '',
    maxTotalCalls: limit(flags['max-total-calls']),
    maxOutboundCalls: limit(flags['max-outbound-calls']),
    appSecret: ownSecret ? env.appSecret : undefined,
    previousAppSecrets: env.previousAppSecrets,
  });
  const { businessId, apiToken, created } = business;
  if (flags.json) process.stdout.write(`${JSON.stringify({ businessId, apiToken })}\n`);
  else {
    process.stdout.write(`${created ? 'Created' : 'Already there'}: business ${businessId}\n`);
    if (apiToken !== null) process.stdout.write(`API token: ${apiToken}\n`);
  }
} catch (error) {
  if (!isAppError(error) || error.code !== 'invalid_business') throw error;
  const fields = Array.isArray(error.details['fields']) ? error.details['fields'].map(String) : [];
  process.stderr.write(`Wrong: ${fields.map((field) => FLAG[field] ?? field).join(', ')}\n${USAGE}\n`);
  process.exitCode = 1;
} finally {
  await database.close();
}
