import { z } from 'zod';
import { AppError } from '../../platform/errors.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { isDialable, normalisePhone } from '../phone/normalise.ts';
import { compare, conflictsOf, SettingsConflict, type Seen } from '../settings/race.ts';
import { scheduleSpeech } from '../speech/schedule.ts';
import { storableText } from '../text/storable.ts';

/** A business as its own people see it. */
export interface BusinessFacts {
  readonly id: string;
  readonly name: string;
  readonly contactPhone: string | null;
  readonly contactEmail: string | null;
  readonly address: string | null;
  readonly timeZone: string;
  /** The numbers callers dial, in E.164 where they have such a form. */
  readonly numbers: readonly string[];
}

/** A business, or null when there is none. */
export async function getBusiness(db: Database, businessId: string): Promise<BusinessFacts | null> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.business.findUnique({
      where: { id: businessId },
      include: { phoneNumbers: { select: { number: true }, orderBy: { createdAt: 'asc' } } },
    }),
  );
  if (row === null) return null;
  const { id, name, contactPhone, contactEmail, address, timeZone } = row;
  return { id, name, contactPhone, contactEmail, address, timeZone, numbers: row.phoneNumbers.map((n) => n.number) };
}

/** Whether this machine knows the time zone (IANA name). */
export function isTimeZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name);
}

/** An empty text means "none". */
const optionalText = (inner: z.ZodType<string, string>) =>
  z.preprocess((value) => (typeof value === 'string' && value.trim() === '' ? null : value), inner.nullable());

const patchSchema = z.strictObject({
  name: z
    .string('יש להזין טקסט')
    .transform(storableText)
    .pipe(z.string().trim().min(1, 'שם העסק הוא שדה חובה').max(120, 'לכל היותר 120 תווים'))
    .optional(),
  contactPhone: optionalText(
    z.string('יש להזין טקסט').transform(normalisePhone).refine(isDialable, 'מספר הטלפון אינו תקין'),
  ).optional(),
  contactEmail: optionalText(z.string('יש להזין טקסט').trim().pipe(z.email('כתובת הדוא״ל אינה תקינה'))).optional(),
  address: optionalText(
    z.string('יש להזין טקסט').transform(storableText).pipe(z.string().trim().max(200, 'לכל היותר 200 תווים')),
  ).optional(),
  timeZone: z.string('יש להזין טקסט').refine(isTimeZone, 'יש לבחור אזור זמן מהרשימה').optional(),
});

/** What may be changed of a business; a key left out stays as it is, `""` or null clears a contact detail. */
export type BusinessPatch = z.input<typeof patchSchema>;

/**
 * Changes a business's name, contact details and time zone.
 * @throws AppError `validation_failed` (permanent, details.fields: key → Hebrew message), `business_not_found`
 */
export async function updateBusiness(
  db: Database,
  businessId: string,
  patch: unknown,
  actor: Actor,
): Promise<BusinessFacts> {
  await db.withBusiness(businessId, (tx) => changeBusiness(tx, businessId, patch, { actor }));
  const business = await getBusiness(db, businessId);
  if (business === null) throw new AppError('business_not_found', { permanent: true, details: { businessId } });
  return business;
}

/**
 * The same within a transaction that does more. `seen`: what the person had before their eyes, see
 * {@link SettingsConflict}, which is thrown where somebody else changed one of these in the meantime.
 */
export async function changeBusiness(
  tx: Tx,
  businessId: string,
  patch: unknown,
  { actor, seen = {} }: { readonly actor: Actor; readonly seen?: Seen },
): Promise<void> {
  const parsed = patchSchema.safeParse(patch);
  if (!parsed.success) {
    const fields: Record<string, string> = {};
    for (const issue of parsed.error.issues) {
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) fields[key] = 'שדה לא מוכר';
      else fields[String(issue.path[0])] ??= issue.message;
    }
    throw new AppError('validation_failed', { permanent: true, details: { fields } });
  }
  const values = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined));
  // Whoever else saves waits for this.
  await tx.$queryRaw`SELECT 1 FROM businesses WHERE id = ${businessId}::uuid FOR UPDATE`;
  const before = await tx.business.findUnique({ where: { id: businessId } });
  if (before === null) return;
  const { wanted, lost } = compare(values, { ...before }, seen);
  if (lost.length > 0) {
    throw new SettingsConflict(await conflictsOf(tx, businessId, 'business.updated', lost, { ...before }));
  }
  await tx.business.updateMany({ where: { id: businessId }, data: wanted });
  const touched = Object.fromEntries(Object.entries(before).filter(([key]) => key in wanted));
  await audit(tx, { businessId, actor, action: 'business.updated', before: touched, after: wanted });
  // The business's name may be part of what its agent says.
  if ('name' in wanted) await scheduleSpeech(tx, businessId);
}
