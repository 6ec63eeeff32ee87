import { createBusiness } from '../domain/businesses/index.ts';
import { runCreateCommand } from './create-command.ts';

/**
 * Creates a business with its number, its owner and an API token:
 *
 *   npm run business:create -- --name N --number +972… --owner-email E --owner-password P
 *                              [--max-total-calls N] [--max-outbound-calls N] [--json]
 *
 * With --json the last line of the output is `{"businessId":…,"apiToken":…}`. Run again with the same number, it changes
 * nothing and prints the same; the token only where APP_SECRET is the one it was made with, else null.
 */
await runCreateCommand({
  usage:
    'npm run business:create -- --name N --number +972… --owner-email E --owner-password P' +
    ' [--max-total-calls N] [--max-outbound-calls N] [--json]',
  required: ['name', 'number', 'owner-email', 'owner-password'],
  optional: ['max-total-calls', 'max-outbound-calls'],
  refusal: 'invalid_business',
  flags: {
    name: '--name',
    number: '--number',
    ownerEmail: '--owner-email',
    ownerPassword: '--owner-password (at least 8 characters)',
    maxTotalCalls: '--max-total-calls',
    maxOutboundCalls: '--max-outbound-calls',
  },
  async create(db, given, env) {
    // The environment of a server is not needed here; DATABASE_URL, and APP_SECRET for telling the token again, are enough.
    const ownSecret = (process.env['APP_SECRET'] ?? '').trim() !== '' || env.databaseUrl === null;
    const { businessId, apiToken, created } = await createBusiness(db, {
      name: given.name ?? '',
      number: given.number ?? '',
      ownerEmail: given['owner-email'] ?? '',
      ownerPassword: given['owner-password'] ?? '',
      maxTotalCalls: limit(given['max-total-calls']),
      maxOutboundCalls: limit(given['max-outbound-calls']),
      appSecret: ownSecret ? env.appSecret : undefined,
      previousAppSecrets: env.previousAppSecrets,
    });
    const text = [`${created ? 'Created' : 'Already there'}: business ${businessId}`];
    return {
      json: { businessId, apiToken },
      text: [...text, ...(apiToken === null ? [] : [`API token: ${apiToken}`])],
    };
  },
});

/** A limit that is no number becomes NaN, which createBusiness refuses by name. */
function limit(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.trim() || 'none');
}
