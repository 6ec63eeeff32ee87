import { z } from 'zod';
import { AppError } from '../../platform/errors.ts';
import { isUniqueViolation, type Database } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { isDialable, normalisePhone } from '../phone/normalise.ts';
import { storableText } from '../text/storable.ts';

/** A number that rings a business. */
export interface NumberFacts {
  readonly id: string;
  /** E.164, or a star or short code as dialled. */
  readonly number: string;
  /** What the business calls it; may be empty. */
  readonly label: string;
  readonly createdAt: Date;
}

/** Numbers a business may have. */
const MAX_NUMBERS = 100;
const MAX_LABEL = 60;

const labelText = z
  .string('יש להזין טקסט')
  .transform(storableText)
  .pipe(z.string().trim().max(MAX_LABEL, `לכל היותר ${MAX_LABEL} תווים`));
const numberText = z
  .string('יש להזין מספר')
  .max(40, 'מספר הטלפון אינו תקין')
  .transform(normalisePhone)
  .refine(isDialable, 'מספר הטלפון אינו תקין');

/** The numbers of a business, in the order in which they were added. */
export async function listNumbers(db: Database, businessId: string): Promise<readonly NumberFacts[]> {
  return db.withBusiness(businessId, (tx) =>
    tx.phoneNumber.findMany({
      where: { businessId },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { id: true, number: true, label: true, createdAt: true },
    }),
  );
}

/**
 * Adds a number, from the next call on. A number without a country is read as Israeli; star and short codes stay as
 * they are dialled. The database holds that a number rings one business, also when two add it at the same moment.
 * @throws AppError `validation_failed` (permanent, details.fields: key → Hebrew message; whose number it is already is
 * not told), `too_many_numbers`
 */
export async function addNumber(
  db: Database,
  businessId: string,
  wanted: { readonly number: string; readonly label: string },
  actor: Actor,
): Promise<NumberFacts> {
  const number = checked('number', numberText, wanted.number);
  const label = checked('label', labelText, wanted.label);
  try {
    return await db.withBusiness(businessId, async (tx) => {
      await tx.$queryRaw`SELECT id FROM businesses WHERE id = ${businessId}::uuid FOR UPDATE`;
      const own = await tx.phoneNumber.findMany({ where: { businessId }, select: { number: true } });
      if (own.some((one) => one.number === number)) throw wrong('number', 'המספר הזה כבר ברשימה');
      if (own.length >= MAX_NUMBERS) throw new AppError('too_many_numbers', { permanent: true });
      const made = await tx.phoneNumber.create({ data: { businessId, number, label } });
      await audit(tx, { businessId, actor, action: 'number.added', entityId: made.id, after: { number, label } });
      return { id: made.id, number, label, createdAt: made.createdAt };
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw wrong('number', 'המספר הזה כבר שייך לעסק במערכת');
  }
}

/**
 * Changes what a number is called.
 * @throws AppError `validation_failed`, `number_not_found` (both permanent)
 */
export async function labelNumber(
  db: Database,
  businessId: string,
  numberId: string,
  wanted: string,
  actor: Actor,
): Promise<void> {
  const label = checked('label', labelText, wanted);
  await db.withBusiness(businessId, async (tx) => {
    const before = await tx.phoneNumber.findFirst({ where: { id: uuid(numberId), businessId } });
    if (before === null) throw notFound();
    await tx.phoneNumber.updateMany({ where: { id: before.id, businessId }, data: { label } });
    const [was, is] = [{ label: before.label }, { label }];
    await audit(tx, { businessId, actor, action: 'number.labelled', entityId: before.id, before: was, after: is });
  });
}

/**
 * Takes a number away, from the next call on; a call that goes on is not touched.
 * @throws AppError `number_not_found` (permanent)
 */
export async function removeNumber(db: Database, businessId: string, numberId: string, actor: Actor): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const before = await tx.phoneNumber.findFirst({ where: { id: uuid(numberId), businessId } });
    if (before === null) throw notFound();
    const { count } = await tx.phoneNumber.deleteMany({ where: { id: before.id, businessId } });
    if (count === 0) return;
    const gone = { number: before.number, label: before.label };
    await audit(tx, { businessId, actor, action: 'number.removed', entityId: before.id, before: gone });
  });
}

const notFound = () => new AppError('number_not_found', { permanent: true });

function uuid(id: string): string {
  if (!z.uuid().safeParse(id).success) throw notFound();
  return id;
}

function wrong(field: string, text: string): AppError {
  return new AppError('validation_failed', { permanent: true, details: { fields: { [field]: text } } });
}

function checked(field: string, schema: z.ZodType<string>, value: string): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrong(field, parsed.error.issues[0]?.message ?? 'הערך אינו תקין');
}
