import { migrate } from '../platform/db/index.ts';
import { readEnv } from '../platform/env.ts';

/**
 * Brings the database up to date: `npm run db:migrate`. Servers do so themselves when they start; this is for a
 * deployment that wants it done before. Reads DATABASE_DIRECT_URL or DATABASE_URL.
 */

const { databaseDirectUrl } = readEnv(process.env, 'development');
if (databaseDirectUrl === null) {
  process.stderr.write('DATABASE_URL is missing. The database of development is brought up to date when it starts.\n');
  process.exit(1);
}
const { applied } = await migrate(databaseDirectUrl);
process.stdout.write(
  applied.length === 0 ? 'Nothing to apply.\n' : `Applied:\n${applied.map((name) => `  ${name}\n`).join('')}`,
);
