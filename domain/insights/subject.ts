import { DateTime } from 'luxon';
import type { Database } from '../../platform/db/index.ts';
import { mergeFragments } from '../calls/fragments.ts';
import { durationSeconds } from '../calls/types.ts';
import { leadFieldsOf, type LeadField } from '../leads/fields.ts';
import { readThroughRegistry } from '../settings/check.ts';
import { storedSettings } from '../settings/read.ts';
import type { SettingsRegistry } from '../settings/registry.ts';
import { provingTurns, type Evidence } from './ground.ts';
import type { AnalysedCall } from './request.ts';
import type { NumberedTurn } from './types.ts';

/** A finished call that waits for its analysis. */
export interface Subject {
  readonly callSid: string;
  /** Which request this is: a later one makes its answer stale. */
  readonly requestedAt: Date;
  readonly call: AnalysedCall;
  readonly evidence: Evidence;
}

/** Reads what an analysis needs; null when none is awaited (no such call, analysed already, no transcript). */
export async function insightSubject(
  db: Database,
  businessId: string,
  callId: string,
  registry: SettingsRegistry,
): Promise<Subject | null> {
  const found = await db.withBusiness(businessId, async (tx) => {
    const row = await tx.callInsight.findFirst({
      where: { callId, businessId, status: 'pending' },
      select: {
        requestedAt: true,
        business: { select: { name: true, timeZone: true } },
        call: {
          include: {
            turns: { where: { text: { not: '' } }, orderBy: [{ position: 'asc' }, { startedMs: 'asc' }] },
            lead: { select: { createdAt: true, updatedAt: true, fields: true } },
          },
        },
      },
    });
    return row === null ? null : { row, settings: await storedSettings(tx, businessId) };
  });
  if (found === null) return null;
  const { row, settings } = found;
  const { call, business } = row;
  const fields = leadFieldsOf(registry, readThroughRegistry(settings, registry));
  const turns = mergeFragments(call.turns).map(({ itemId, speaker, text }, index) => ({
    number: index + 1,
    itemId,
    speaker,
    text,
  }));
  return {
    callSid: call.callSid,
    requestedAt: row.requestedAt,
    call: {
      direction: call.direction,
      businessName: business.name,
      startedAt: DateTime.fromJSDate(call.startedAt, { zone: business.timeZone }).toFormat('yyyy-MM-dd HH:mm'),
      durationSec: durationSeconds(call.startedAt, call.endedAt ?? call.startedAt),
      endReason: call.endReason ?? '',
      turns,
      fields: soughtFields(fields),
    },
    evidence: {
      turns,
      fields,
      captured: call.lead === null ? {} : capturedInCall(call.lead, call.startedAt, turns, fields),
    },
  };
}

/** The details that are looked for: key → Hebrew name, with what a choice is made from. */
function soughtFields(fields: readonly LeadField[]): Record<string, string> {
  const sought = fields.filter(({ removed }) => !removed);
  if (sought.length === 0) return { name: 'שם מלא', phone: 'טלפון', topic: 'נושא הפנייה' };
  return Object.fromEntries(
    sought.map(({ key, label, options }) => [
      key,
      options.length === 0 ? label : `${label} (one of: ${options.join(' / ')})`,
    ]),
  );
}

/**
 * What the agent's tools captured in this very call. Of a person known from earlier calls: what was saved meanwhile and
 * is said in this call.
 */
function capturedInCall(
  lead: { readonly createdAt: Date; readonly updatedAt: Date; readonly fields: unknown },
  startedAt: Date,
  turns: readonly NumberedTurn[],
  known: readonly LeadField[],
): Record<string, string> {
  // Sound: written by saveLeadDetails, texts only.
  const fields = Object.entries(lead.fields as Record<string, string>).filter(([, value]) => value !== '');
  if (lead.createdAt >= startedAt) return Object.fromEntries(fields);
  if (lead.updatedAt < startedAt) return {};
  return Object.fromEntries(
    fields.filter(
      ([key, value]) => provingTurns(known.find((field) => field.key === key) ?? key, value, turns, turns).length > 0,
    ),
  );
}
