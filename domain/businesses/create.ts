import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../platform/errors.ts';
import { isUniqueViolation, type Database, type Tx } from '../../platform/db/index.ts';
import { audit, commandActor, type Actor } from '../audit/index.ts';
import { isDialable, normalisePhone } from '../phone/normalise.ts';
import { scheduleSpeech } from '../speech/schedule.ts';
import { createApiToken, recallApiToken } from '../users/api-tokens.ts';
import { newPasswordProblem } from '../users/password-rules.ts';
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../users/passwords.ts';
import { normaliseEmail } from '../users/sessions.ts';

/** The first token of a business, the one the command line prints. */
const FIRST_TOKEN = 'business:create';

const input = z.object({
  name: z.string().trim().min(1).max(120),
  number: z.string().transform(normalisePhone).refine(isDialable),
  ownerEmail: z.string().transform(normaliseEmail).pipe(z.email()),
  ownerPassword: z.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH),
  maxTotalCalls: z.int().min(1).max(10_000).optional(),
  maxOutboundCalls: z.int().min(0).max(10_000).optional(),
});

export interface NewBusiness {
  readonly name: string;
  readonly number: string;
  readonly ownerEmail: string;
  readonly ownerPassword: string;
  readonly maxTotalCalls?: number | undefined;
  readonly maxOutboundCalls?: number | undefined;
  /** Lets the API token be told again when the business is there already. */
  readonly appSecret?: string | undefined;
  /** Secrets that were in force before: a token made under one of them is told again as well. */
  readonly previousAppSecrets?: readonly string[] | undefined;
}

export interface CreatedBusiness {
  readonly businessId: string;
  /** Null when the business was there already and its token cannot be told again. */
  readonly apiToken: string | null;
  readonly created: boolean;
}

/**
 * Creates a business with its number, settings, owner and API token. Idempotent by number: when a business has it, that
 * one is returned and nothing is changed, whatever else is given. A person who is there already keeps their password
 * and becomes owner here as well.
 * @throws AppError `invalid_business` (permanent, details.fields: names of the inputs that are wrong)
 */
export async function createBusiness(
  db: Database,
  business: NewBusiness,
  actor: Actor = commandActor(FIRST_TOKEN),
): Promise<CreatedBusiness> {
  const parsed = input.safeParse(business);
  const wrong = new Set(parsed.error?.issues.map((issue) => String(issue.path[0])));
  // An operator at the command line sets up installations by script: there a password is held to its length alone.
  if (actor.kind === 'person' && newPasswordProblem(business.ownerPassword, [business.ownerEmail, business.name])) {
    wrong.add('ownerPassword');
  }
  if (!parsed.success || wrong.size > 0) {
    throw new AppError('invalid_business', { permanent: true, details: { fields: [...wrong] } });
  }
  const appSecret = business.appSecret ?? null;
  const appSecrets = appSecret === null ? [] : [appSecret, ...(business.previousAppSecrets ?? [])];
  const existing = await businessOfNumber(db, parsed.data.number);
  if (existing !== null) return told(db, existing, appSecrets);

  const userId = await ensureUser(db, parsed.data.ownerEmail, parsed.data.ownerPassword);
  const businessId = randomUUID();
  try {
    const apiToken = await db.withBusiness(businessId, (tx) =>
      insert(tx, businessId, userId, parsed.data, appSecret, actor),
    );
    return { businessId, apiToken, created: true };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Somebody else created it at the same moment.
    const winner = await businessOfNumber(db, parsed.data.number);
    if (winner === null) throw error;
    return told(db, winner, appSecrets);
  }
}

async function told(db: Database, businessId: string, appSecrets: readonly string[]): Promise<CreatedBusiness> {
  const apiToken = await db.withBusiness(businessId, (tx) => recallApiToken(tx, businessId, FIRST_TOKEN, appSecrets));
  return { businessId, apiToken, created: false };
}

async function insert(
  tx: Tx,
  businessId: string,
  userId: string,
  data: z.output<typeof input>,
  appSecret: string | null,
  actor: Actor,
): Promise<string> {
  await tx.business.create({ data: { id: businessId, name: data.name } });
  await tx.phoneNumber.create({ data: { businessId, number: data.number } });
  await tx.businessSettings.create({
    data: {
      businessId,
      ...(data.maxTotalCalls === undefined ? {} : { max_total_calls: data.maxTotalCalls }),
      ...(data.maxOutboundCalls === undefined ? {} : { max_outbound_calls: data.maxOutboundCalls }),
    },
  });
  await tx.membership.create({ data: { businessId, userId, role: 'owner' } });
  await scheduleSpeech(tx, businessId);
  const { name, number, ownerEmail, maxTotalCalls, maxOutboundCalls } = data;
  const after = { name, number, ownerEmail, maxTotalCalls, maxOutboundCalls };
  await audit(tx, { businessId, actor, action: 'business.created', entityId: businessId, before: null, after });
  const { token } = await createApiToken(tx, businessId, FIRST_TOKEN, { createdBy: FIRST_TOKEN, appSecret });
  return token;
}

/** The person with this address, made if there is none. */
async function ensureUser(db: Database, email: string, password: string): Promise<string> {
  const find = () => db.withIdentity((tx) => tx.user.findUnique({ where: { email }, select: { id: true } }));
  const known = await find();
  if (known !== null) return known.id;
  const passwordHash = await hashPassword(password);
  await db.withIdentity((tx) => tx.user.createMany({ data: [{ email, passwordHash }], skipDuplicates: true }));
  const made = await find();
  if (made === null) throw new AppError('user_not_created', { details: {} });
  return made.id;
}

async function businessOfNumber(db: Database, number: string): Promise<string | null> {
  const [row] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string | null }[]>`SELECT business_of_number(${number}) AS business_id`,
  );
  return row?.business_id ?? null;
}
