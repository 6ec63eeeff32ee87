import { AppError } from '../../platform/errors.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { isDialable, normalisePhone } from '../phone/normalise.ts';
import { storableText } from '../text/storable.ts';
import { tellLead } from './events.ts';

/** What the agent collected: field key → value. */
export type LeadFields = Readonly<Record<string, string>>;

/** Details of a lead as the agent reports them, a few at a time. */
export interface LeadDetails {
  /** The number to call back, as said; null when none was said (a `phone` among the fields counts as said). */
  readonly phone: string | null;
  /** Field key → value; an empty value changes nothing. */
  readonly fields: Readonly<Record<string, string | null | undefined>>;
}

/** A lead after its details were saved. */
export interface SavedLead {
  readonly leadId: string | null;
  /** Everything known of the person; `phone` in E.164 where it has such a form. */
  readonly fields: LeadFields;
  /** What this report brought. */
  readonly taken: LeadFields;
}

const MAX_VALUE = 1000;

/**
 * Adds details to the lead of a call: the business's lead with the number that was said, else with the number of the
 * caller, made if there is none. A number corrected during the call moves the lead along instead of leaving a half one
 * behind. A caller without any number gets a lead of their own (`unknown-<call id>`).
 *
 * Half a number is not taken. Without any detail nothing is written, and `leadId` is null where the call has no lead yet.
 * Returns all fields known of the person, also from earlier calls, and those that this report brought (`taken`).
 * @throws AppError `call_not_found` (permanent)
 */
export async function saveLeadDetails(
  db: Database,
  businessId: string,
  callId: string,
  details: LeadDetails,
): Promise<SavedLead> {
  return db.withBusiness(businessId, (tx) => saveDetails(tx, businessId, callId, details));
}

/** The same within a transaction. */
export async function saveDetails(
  tx: Tx,
  businessId: string,
  callId: string,
  details: LeadDetails,
): Promise<SavedLead> {
  // One report after the other: two of the same call must not make two leads.
  const [call] = await tx.$queryRaw<CallRow[]>`
    SELECT lead_id, started_at, CASE direction WHEN 'inbound' THEN from_number ELSE to_number END AS other_number
    FROM calls WHERE id = ${callId}::uuid AND business_id = ${businessId}::uuid FOR UPDATE`;
  if (call === undefined) throw new AppError('call_not_found', { permanent: true, details: { callId } });
  const said = spokenPhone(details);
  const phone = said ?? ownPhone(call, callId);
  const news = { ...cleanFields(details.fields), ...(said === null ? {} : { phone: said }) };
  const current = call.lead_id === null ? null : await tx.lead.findUnique({ where: { id: call.lead_id } });

  if (current === null && Object.keys(news).length === 0) return { leadId: null, fields: {}, taken: {} };
  if (current !== null && (said === null || current.phone === phone)) {
    const saved = { ...(await addFields(tx, current.id, news)), taken: news };
    if (Object.keys(news).length > 0) await tellLead(tx, businessId, current.id, 'lead.updated');
    return saved;
  }
  const owned = current !== null && (await isOfThisCall(tx, current, callId, call.started_at));
  const carried = owned ? { ...(current.fields as LeadFields), ...news } : news;
  if (owned) await tx.lead.delete({ where: { id: current.id } });
  const { leadId, made } = await ensureLead(tx, businessId, phone);
  await tx.call.update({ where: { id: callId }, data: { leadId } });
  const saved = { ...(await addFields(tx, leadId, carried)), taken: news };
  await tellLead(tx, businessId, leadId, made ? 'lead.created' : 'lead.updated');
  return saved;
}

/**
 * What is stored of a call's own details: the fields of its lead when the lead was made in this call, else none, for
 * then they cannot be told from those of earlier calls.
 */
export async function storedCallDetails(db: Database, businessId: string, callId: string): Promise<LeadFields> {
  return db.withBusiness(businessId, async (tx) => {
    const call = await tx.call.findUnique({
      where: { id: callId, businessId },
      select: { startedAt: true, lead: { select: { createdAt: true, fields: true } } },
    });
    const lead = call?.lead ?? null;
    if (call === null || lead === null || lead.createdAt < call.startedAt) return {};
    return lead.fields as LeadFields;
  });
}

interface CallRow {
  lead_id: string | null;
  started_at: Date;
  other_number: string;
}

/** The number that was said, if it is a whole one: with country or area code (of a range yet unknown, as received), or a star code. */
function spokenPhone(details: LeadDetails): string | null {
  const normalised = normalisePhone(details.phone ?? details.fields['phone'] ?? '');
  return /^(\+\d{8,15}|\d{9,11}|\*\d{3,6})$/.test(normalised) ? normalised : null;
}

function ownPhone(call: CallRow, callId: string): string {
  if (isDialable(call.other_number)) return call.other_number;
  // Withheld: all such callers share the word `anonymous`, but not a lead.
  return `unknown-${callId}`;
}

/** True when the lead was made in this call and no other call refers to it. */
async function isOfThisCall(
  tx: Tx,
  lead: { id: string; createdAt: Date },
  callId: string,
  startedAt: Date,
): Promise<boolean> {
  if (lead.createdAt < startedAt) return false;
  return (await tx.call.count({ where: { leadId: lead.id, id: { not: callId } } })) === 0;
}

async function ensureLead(tx: Tx, businessId: string, phone: string): Promise<{ leadId: string; made: boolean }> {
  const known = await tx.lead.findUnique({ where: { businessId_phone: { businessId, phone } }, select: { id: true } });
  if (known !== null) return { leadId: known.id, made: false };
  const lead = await tx.lead.upsert({
    where: { businessId_phone: { businessId, phone } },
    create: { businessId, phone },
    update: {},
    select: { id: true },
  });
  return { leadId: lead.id, made: true };
}

/** Adds fields in the database, so that two calls of the same person at once lose nothing. */
async function addFields(tx: Tx, leadId: string, fields: LeadFields): Promise<{ leadId: string; fields: LeadFields }> {
  const [row] = await tx.$queryRaw<{ fields: LeadFields }[]>`
    UPDATE leads SET fields = fields || ${JSON.stringify(fields)}::jsonb,
      name = coalesce(${fields['name'] ?? null}, name), updated_at = now()
    WHERE id = ${leadId}::uuid
    RETURNING fields`;
  return { leadId, fields: row?.fields ?? {} };
}

function cleanFields(fields: LeadDetails['fields']): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [key, value] of Object.entries(fields)) {
    const text = storableText((value ?? '').slice(0, MAX_VALUE)).trim();
    if (text !== '' && key !== 'phone') clean[storableText(key)] = text;
  }
  return clean;
}
