import { readEnv } from '../platform/env.ts';
import { createLog } from '../platform/log.ts';
import { seedDemo } from '../prisma/seed.ts';
import { openProcessDatabase } from '../platform/db/open-process.ts';

/** Fills the database with the demo business: `npm run db:seed`. Run again, it changes nothing. */

const env = readEnv(process.env, 'development');
const log = createLog({ level: 'warn', destination: process.stderr });
const database = await openProcessDatabase(env, log, 2);
try {
  const seeded = await seedDemo(database.db, env.databaseUrl === null ? env.appSecret : undefined);
  process.stdout.write(
    `${seeded.created ? 'Created' : 'Already there'}: ${seeded.name} (${seeded.businessId})\n` +
      `Number:   ${seeded.number}\nSign in:  ${seeded.ownerEmail} / ${seeded.ownerPassword}\n`,
  );
} finally {
  await database.close();
}
