import { parseArgs } from 'node:util';
import { commandActor } from '../domain/audit/index.ts';
import { createSystemAdmin } from '../domain/users/index.ts';
import { openProcessDatabase } from '../platform/db/open-process.ts';
import { readEnv } from '../platform/env.ts';
import { isAppError } from '../platform/errors.ts';
import { createLog } from '../platform/log.ts';

/**
 * Makes a system administrator, who sees and manages all businesses:
 *
 *   npm run admin:create -- --email E --password P [--json]
 *
 * With --json the last line of the output is `{"userId":…}`. Run again with the same address it changes nothing; a
 * person who is there already keeps their password.
 */

const USAGE = 'Usage: npm run admin:create -- --email E --password P [--json]';

/** Flag of each input, for messages. */
const FLAG: Readonly<Record<string, string>> = {
  email: '--email',
  password: '--password (at least 10 characters, and none that everybody guesses)',
};

function fail(message: string): never {
  process.stderr.write(`${message}\n${USAGE}\n`);
  process.exit(1);
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        email: { type: 'string' },
        password: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const flags = readFlags();
const missing = (['email', 'password'] as const).filter((flag) => flags[flag] === undefined || flags[flag] === '');
if (missing.length > 0) fail(`Missing: ${missing.map((flag) => `--${flag}`).join(', ')}`);

const env = readEnv(process.env, 'development');
// Standard output carries the answer alone.
const log = createLog({ level: 'warn', destination: process.stderr });
const database = await openProcessDatabase(env, log, 2);
try {
  const admin = { email: flags.email ?? '', password: flags.password ?? '' };
  const { userId, created } = await createSystemAdmin(database.db, admin, commandActor('admin:create'));
  if (flags.json) process.stdout.write(`${JSON.stringify({ userId })}\n`);
  else process.stdout.write(`${created ? 'Created' : 'Already there'}: system administrator ${userId}\n`);
} catch (error) {
  if (!isAppError(error) || error.code !== 'invalid_admin') throw error;
  const fields = Array.isArray(error.details['fields']) ? error.details['fields'].map(String) : [];
  process.stderr.write(`Wrong: ${fields.map((field) => FLAG[field] ?? field).join(', ')}\n${USAGE}\n`);
  process.exitCode = 1;
} finally {
  await database.close();
}
