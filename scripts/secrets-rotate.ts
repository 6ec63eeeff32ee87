import { commandActor } from '../domain/audit/index.ts';
import { rotateSecrets } from '../domain/secrets/index.ts';
import { openProcessDatabase } from '../platform/db/open-process.ts';
import { readEnv } from '../platform/env.ts';
import { createLog } from '../platform/log.ts';
import { createVault } from '../platform/vault.ts';

/**
 * Seals every stored secret anew under APP_SECRET: `npm run secrets:rotate`. What was sealed before is opened with
 * APP_SECRET_PREVIOUS. Web and worker may run meanwhile, with both values set; it may be stopped and run again. When
 * nothing is left under the old secret, APP_SECRET_PREVIOUS can be taken away. Ends with 1 when a value did not open.
 */

const env = readEnv(process.env, 'development');
const database = await openProcessDatabase(env, createLog({ level: 'warn', destination: process.stderr }), 2);
try {
  const vault = createVault({ current: env.appSecret, previous: env.previousAppSecrets });
  const { rotated, current, failed } = await rotateSecrets(database.db, vault, commandActor('secrets:rotate'));
  process.stdout.write(
    `Sealed anew: ${rotated}\nUnder the current key already: ${current}\nCould not be opened: ${failed}\n`,
  );
  if (failed > 0) {
    process.stderr.write('Put the secret they were sealed under into APP_SECRET_PREVIOUS and run this again.\n');
    process.exitCode = 1;
  }
} finally {
  await database.close();
}
