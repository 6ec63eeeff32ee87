import { randomUUID } from 'node:crypto';
import { createBusiness } from '../../domain/businesses/index.ts';
import type { EndReason } from '../../domain/calls/index.ts';
import { hashPassword, type Role } from '../../domain/users/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { somewhere } from './destination.ts';

/** A business that tests sign in to. */
export interface DemoBusiness {
  readonly businessId: string;
  readonly apiToken: string;
  readonly email: string;
  readonly password: string;
}

export const DEMO_PASSWORD = 'סיסמה-ארוכה-1234';

/** A business with an owner. `key` keeps several apart. */
export async function demoBusiness(db: Database, key = '1'): Promise<DemoBusiness> {
  const email = `owner${key}@example.co.il`;
  const created = await createBusiness(db, {
    name: `נדל״ן הגליל ${key}`,
    number: `+97237600${key.padStart(3, '0')}`,
    ownerEmail: email,
    ownerPassword: DEMO_PASSWORD,
  });
  if (created.apiToken === null) throw new Error('The business was there already');
  return { businessId: created.businessId, apiToken: created.apiToken, email, password: DEMO_PASSWORD };
}

/** Another person of a business; returns the e-mail address. The password is the same for all. */
export async function demoPerson(
  db: Database,
  businessId: string,
  role: Exclude<Role, 'system_admin'>,
): Promise<string> {
  const email = `${role}-${randomUUID().slice(0, 8)}@example.co.il`;
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  const id = randomUUID();
  await db.withIdentity((tx) => tx.user.create({ data: { id, email, passwordHash, name: 'דנה' } }));
  await db.withBusiness(businessId, (tx) => tx.membership.create({ data: { userId: id, businessId, role } }));
  return email;
}

/** Somebody who runs the product, and belongs to no business; returns the e-mail address. */
export async function demoSystemAdmin(db: Database): Promise<string> {
  const email = `system-${randomUUID().slice(0, 8)}@example.co.il`;
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  await db.withIdentity((tx) => tx.user.create({ data: { email, passwordHash, name: 'נועה', isSystemAdmin: true } }));
  return email;
}

/** What a demo call may differ in. */
export interface DemoCall {
  readonly callSid: string;
  readonly startedAt: Date;
  readonly status?: 'in_progress' | 'ended' | 'completed';
  readonly endReason?: EndReason;
  readonly direction?: 'inbound' | 'outbound';
  readonly from?: string;
  readonly leadName?: string;
  readonly turns?: readonly (readonly ['agent' | 'caller', string, 'interrupted'?])[];
  readonly delivery?: 'delivered' | 'pending' | 'failed';
}

const TURNS: NonNullable<DemoCall['turns']> = [
  ['agent', 'שלום, הגעתם לנדל״ן הגליל, מדבר יונתן. איך אפשר לעזור?'],
  ['caller', 'היי, ראיתי מודעה על דירת ארבעה חדרים בכרמיאל.'],
  ['agent', 'בשמחה. זו דירה בקומה שלישית עם מעלית, מרפסת של שתים־עשרה', 'interrupted'],
  ['caller', 'רגע, מה המחיר?'],
  ['agent', 'המחיר הוא מיליון ושש מאות אלף שקלים. אפשר לדעת איך קוראים לך?'],
  ['caller', 'רונית לוי, המספר שלי הוא 052-3456789.'],
  ['agent', 'תודה רונית. נציג יחזור אלייך היום אחרי הצהריים. יום נעים!'],
  ['caller', 'תודה, ביי.'],
];

/** Writes a call as the engine and the worker would have left it; returns the id of its delivery. */
export async function demoCall(db: Database, businessId: string, call: DemoCall): Promise<string | null> {
  const status = call.status ?? 'completed';
  const turns = call.turns ?? TURNS;
  const ended = status === 'in_progress' ? null : new Date(call.startedAt.getTime() + 83_000);
  const callId = randomUUID();
  const from = call.from ?? '+972523456789';
  return db.withBusiness(businessId, async (tx) => {
    const lead =
      call.leadName === undefined
        ? null
        : await tx.lead.upsert({
            where: { businessId_phone: { businessId, phone: from } },
            create: {
              businessId,
              phone: from,
              name: call.leadName,
              fields: { topic: 'דירת 4 חדרים בכרמיאל', name: call.leadName },
            },
            update: {},
          });
    await tx.call.create({
      data: {
        id: callId,
        businessId,
        callSid: call.callSid,
        accountSid: 'AC0',
        direction: call.direction ?? 'inbound',
        fromNumber: from,
        toNumber: '+97237600001',
        status,
        endReason: status === 'in_progress' ? null : (call.endReason ?? 'user_goodbye'),
        startedAt: call.startedAt,
        streamStartedAt: call.startedAt,
        endedAt: ended,
        finalizedAt: status === 'completed' ? ended : null,
        transcript:
          status === 'completed'
            ? turns.map(([who, text]) => `${who === 'agent' ? 'סוכן' : 'לקוח'}: ${text}`).join('\n')
            : null,
        heldMs: 640,
        timings: { stream_started: 0, model_ready: 310, first_agent_audio: 720 },
        leadId: lead?.id ?? null,
        turns: {
          create: turns.map(([speaker, text, interrupted], position) => ({
            businessId,
            itemId: `item_${position}`,
            position,
            speaker,
            text,
            interrupted: interrupted !== undefined,
            startedMs: 700 + position * 9_500,
            endedMs: 6_000 + position * 9_500,
          })),
        },
      },
    });
    return call.delivery === undefined
      ? null
      : addDelivery(tx, businessId, callId, call.delivery, ended ?? call.startedAt);
  });
}

async function addDelivery(
  tx: Parameters<Parameters<Database['withBusiness']>[1]>[0],
  businessId: string,
  callId: string,
  status: 'delivered' | 'pending' | 'failed',
  at: Date,
): Promise<string> {
  const second = status === 'delivered' ? { statusCode: 200, error: null } : { statusCode: 404, error: 'http_404' };
  const delivery = await tx.delivery.create({
    data: {
      ...(await somewhere(tx, businessId)),
      businessId,
      callId,
      plugin: 'monday-export',
      export: 'transcript',
      url: 'https://hooks.example.com/secret',
      body: {},
      status,
      attemptCount: 2,
      nextAttemptAt: status === 'pending' ? new Date(Date.now() + 3_600_000) : null,
      lastError: second.error,
      finishedAt: status === 'pending' ? null : at,
    },
  });
  await tx.deliveryAttempt.createMany({
    data: [
      { businessId, deliveryId: delivery.id, number: 1, startedAt: at, durationMs: 10_004, error: 'outgoing_timeout' },
      {
        businessId,
        deliveryId: delivery.id,
        number: 2,
        startedAt: new Date(at.getTime() + 12_000),
        durationMs: 240,
        ...second,
        responseText: '{"message":"no such board"}',
      },
    ],
  });
  return delivery.id;
}
