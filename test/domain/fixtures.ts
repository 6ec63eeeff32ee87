import { randomUUID } from 'node:crypto';
import { openCall, type TurnRecord } from '../../domain/calls/index.ts';
import { createBusiness } from '../../domain/businesses/index.ts';
import type { Database } from '../../platform/db/index.ts';

export const APP_SECRET = 'a-secret-for-tests-of-thirty-two-characters';
export const APP_SECRETS = { current: APP_SECRET };

let numbers = 0;

/** A business of its own with a number nobody else has. */
export async function aBusiness(
  db: Database,
  options: { maxTotalCalls?: number; maxOutboundCalls?: number } = {},
): Promise<{ businessId: string; number: string; email: string }> {
  const number = `+97252${String(1_000_000 + ++numbers)}`;
  const email = `owner-${randomUUID()}@example.test`;
  const { businessId } = await createBusiness(db, {
    name: `עסק ${numbers}`,
    number,
    ownerEmail: email,
    ownerPassword: 'correct horse',
    ...options,
  });
  return { businessId, number, email };
}

/** A call under way. */
export async function aCall(
  db: Database,
  business: { businessId: string; number: string },
  now = new Date(),
  from = '+972541234567',
): Promise<{ callId: string; callSid: string; streamToken: string }> {
  const callSid = `CA${randomUUID().replaceAll('-', '')}`;
  const form = { callSid, accountSid: 'AC1', from, to: business.number, direction: 'inbound' } as const;
  const opened = await openCall(db, APP_SECRETS, form, now);
  if (opened.kind !== 'accepted') throw new Error(`call rejected: ${opened.reason}`);
  return { callId: opened.callId, callSid, streamToken: opened.streamToken };
}

/** A turn, with what a test does not care about filled in. */
export function aTurn(position: number, speaker: 'agent' | 'caller', text: string): TurnRecord {
  return {
    itemId: `item_${position}`,
    position,
    speaker,
    text,
    interrupted: false,
    startedMs: position * 1_000,
    endedMs: position * 1_000 + 800,
  };
}

export const seconds = (from: Date, count: number): Date => new Date(from.getTime() + count * 1_000);
