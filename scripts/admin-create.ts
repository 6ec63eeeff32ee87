import { commandActor } from '../domain/audit/index.ts';
import { createSystemAdmin } from '../domain/users/index.ts';
import { runCreateCommand } from './create-command.ts';

/**
 * Makes a system administrator, who sees and manages all businesses:
 *
 *   npm run admin:create -- --email E --password P [--json]
 *
 * With --json the last line of the output is `{"userId":…}`. Run again with the same address it changes nothing; a
 * person who is there already keeps their password.
 */
await runCreateCommand({
  usage: 'npm run admin:create -- --email E --password P [--json]',
  required: ['email', 'password'],
  refusal: 'invalid_admin',
  flags: {
    email: '--email',
    password: '--password (at least 10 characters, and none that everybody guesses)',
  },
  async create(db, { email = '', password = '' }) {
    const { userId, created } = await createSystemAdmin(db, { email, password }, commandActor('admin:create'));
    return { json: { userId }, text: [`${created ? 'Created' : 'Already there'}: system administrator ${userId}`] };
  },
});
