import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database, type Prisma, type Tx } from '../../../platform/db/index.ts';
import { somewhere } from '../../helpers/destination.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';

/** The tables of tenants, by how a row of each is counted, and made for another business. */
const TENANT_TABLES = [
  'businesses',
  'phone_numbers',
  'business_settings',
  'prompt_versions',
  'memberships',
  'api_tokens',
  'calls',
  'turns',
  'leads',
  'destinations',
  'deliveries',
  'delivery_attempts',
  'outbox',
  'stream_tokens',
  'rendered_speech',
  'alerts',
  'call_insights',
  'recordings',
  'invitations',
  'audit_entries',
  'do_not_call',
  'subject_erasures',
  'purge_runs',
  'business_secrets',
] as const;

let database: TestDatabase;
let db: Database;
const garage = randomUUID();
const clinic = randomUUID();

/** One row in every table. */
async function fill(
  businessId: string,
): Promise<{ callId: string; leadId: string; userId: string; deliveryId: string; destinationId: string }> {
  const user = await db.withIdentity((tx) =>
    tx.user.create({ data: { email: `${businessId}@example.test`, passwordHash: 'x' } }),
  );
  await db.withIdentity((tx) =>
    tx.session.create({ data: { tokenHash: `session-${businessId}`, userId: user.id, expiresAt: new Date() } }),
  );
  return db.withBusiness(businessId, async (tx) => {
    await tx.business.create({ data: { id: businessId, name: businessId } });
    await tx.phoneNumber.create({ data: { businessId, number: `+${businessId}` } });
    await tx.businessSettings.create({ data: { businessId } });
    await tx.promptVersion.create({
      data: { businessId, channel: 'calls', number: 1, text: '', actorKind: 'system', actorLabel: 'x' },
    });
    await tx.membership.create({ data: { businessId, userId: user.id, role: 'owner' } });
    await tx.apiToken.create({ data: { businessId, name: 'api', tokenHash: `api-${businessId}`, lastFour: 'abcd' } });
    const lead = await tx.lead.create({ data: { businessId, phone: '+972501234567' } });
    const call = await tx.call.create({
      data: { ...callData(businessId), leadId: lead.id },
    });
    await tx.turn.create({
      data: { businessId, callId: call.id, itemId: 'a', position: 0, speaker: 'caller', startedMs: 0 },
    });
    const delivery = await tx.delivery.create({
      data: {
        ...(await somewhere(tx, businessId)),
        ...{ businessId, callId: call.id, plugin: 'p', export: 'e', url: 'https://example.test', body: {} },
      },
    });
    await tx.deliveryAttempt.create({
      data: { businessId, deliveryId: delivery.id, number: 1, startedAt: new Date(), durationMs: 1 },
    });
    await tx.renderedSpeech.create({
      data: { businessId, voice: 'cedar', textHash: 'x', text: 'שלום', audio: Buffer.alloc(160), durationMs: 20 },
    });
    await tx.callInsight.create({ data: { businessId, callId: call.id } });
    await tx.recording.create({ data: { businessId, callId: call.id } });
    await tx.alert.create({
      data: { businessId, kind: 'model_key', firstSeenAt: new Date(), lastSeenAt: new Date() },
    });
    await tx.invitation.create({
      data: {
        businessId,
        email: `invited-${businessId}@example.test`,
        role: 'agent',
        tokenHash: `invitation-${businessId}`,
        invitedBy: 'x',
        expiresAt: new Date(),
      },
    });
    await tx.businessSecret.create({ data: { businessId, name: 'x', sealed: 'x', lastFour: '' } });
    await tx.auditEntry.createMany({
      data: [{ businessId, actorKind: 'system', actorLabel: 'x', action: 'x.y', entity: 'x' }],
    });
    await tx.doNotCall.create({
      data: { businessId, phone: '+972501234567', reason: 'spoken', callId: call.id, addedBy: 'x' },
    });
    await tx.subjectErasure.create({ data: { businessId, phoneHash: 'x', lastTwo: '67', actor: {} } });
    await tx.purgeRun.create({
      data: { businessId, startedAt: new Date(), finishedAt: new Date(), counts: {}, complete: true },
    });
    await tx.outbox.create({ data: { businessId, job: 'call-finalize', payload: {} } });
    await tx.streamToken.create({
      data: {
        businessId,
        callId: call.id,
        leg: 0,
        tokenHash: `stream-${businessId}`,
        expiresAt: new Date(Date.now() + 60_000),
      },
    });
    const { id: deliveryId, destinationId } = delivery;
    return { callId: call.id, leadId: lead.id, userId: user.id, deliveryId, destinationId };
  });
}

function callData(businessId: string): Prisma.CallUncheckedCreateInput {
  return {
    businessId,
    callSid: `CA${randomUUID()}`,
    accountSid: 'AC',
    direction: 'inbound',
    fromNumber: 'a',
    toNumber: 'b',
  };
}

/** Rows seen in each table without any `where`. */
async function countAll(tx: Tx): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TENANT_TABLES) {
    const rows = await tx.$queryRawUnsafe<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${table}`);
    counts[table] = rows[0]?.n ?? -1;
  }
  return counts;
}

const each = (n: number): Record<string, number> => Object.fromEntries(TENANT_TABLES.map((table) => [table, n]));

let own: Awaited<ReturnType<typeof fill>>;
let other: Awaited<ReturnType<typeof fill>>;

beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
  own = await fill(garage);
  other = await fill(clinic);
});
afterAll(() => database.close());

describe('a query without any where', () => {
  it('sees the rows of its business and no others', async () => {
    expect(await db.withBusiness(garage, countAll)).toEqual(each(1));
    const calls = await db.withBusiness(garage, (tx) => tx.call.findMany());
    expect(calls.map((call) => call.id)).toEqual([own.callId]);
  });

  it('sees nothing without a business, nor with one that has no rows', async () => {
    expect(await db.withIdentity(countAll)).toEqual(each(0));
    expect(await db.withBusiness(randomUUID(), countAll)).toEqual(each(0));
  });

  it('is not handed the business of the transaction before it on the same connection', async () => {
    const single = await openDatabase({ url: database.url, maxConnections: 1 });
    try {
      expect((await single.withBusiness(garage, countAll))['calls']).toBe(1);
      expect(await single.withIdentity(countAll)).toEqual(each(0));
      await expect(single.withBusiness(garage, () => Promise.reject(new Error('fails')))).rejects.toThrow('fails');
      expect(await single.withIdentity(countAll)).toEqual(each(0));
    } finally {
      await single.close();
    }
  });

  it('changes and deletes nothing of another business', async () => {
    const changed = await db.withBusiness(garage, async (tx) => ({
      byId: (await tx.call.updateMany({ where: { id: other.callId }, data: { endReason: 'swept' } })).count,
      all: (await tx.call.updateMany({ data: { endReason: 'swept' } })).count,
      deleted: (await tx.lead.deleteMany({ where: { id: other.leadId } })).count,
    }));
    expect(changed).toEqual({ byId: 0, all: 1, deleted: 0 });
    const untouched = await db.withBusiness(clinic, (tx) => tx.call.findMany());
    expect(untouched.map((call) => call.endReason)).toEqual([null]);
  });
});

describe('a write into another business', () => {
  const refused = /row-level security/;
  const write = (run: (tx: Tx) => Promise<unknown>): Promise<unknown> => db.withBusiness(garage, run);

  it('is refused for a row that names the other business', async () => {
    await expect(write((tx) => tx.call.create({ data: callData(clinic) }))).rejects.toThrow(refused);
    await expect(write((tx) => tx.lead.create({ data: { businessId: clinic, phone: '1' } }))).rejects.toThrow(refused);
    await expect(write((tx) => tx.business.create({ data: { id: randomUUID(), name: 'x' } }))).rejects.toThrow(refused);
    await expect(
      write((tx) => tx.call.update({ where: { id: own.callId }, data: { businessId: clinic } })),
    ).rejects.toThrow(refused);
  });

  it('is refused for an own row that points at a row of the other business', async () => {
    const turn = { businessId: garage, itemId: 'b', position: 1, speaker: 'agent', startedMs: 0 } as const;
    await expect(write((tx) => tx.turn.create({ data: { ...turn, callId: other.callId } }))).rejects.toThrow(refused);
    await expect(
      write((tx) => tx.call.update({ where: { id: own.callId }, data: { leadId: other.leadId } })),
    ).rejects.toThrow(refused);
    const foreign = { destinationId: other.destinationId, eventKey: 'x', subject: 'x' };
    const delivery = { businessId: garage, plugin: 'p', export: 'e', url: '', body: {} };
    await expect(write((tx) => tx.delivery.create({ data: { ...delivery, ...foreign } }))).rejects.toThrow(refused);
    await expect(
      write(async (tx) =>
        tx.delivery.create({ data: { ...delivery, ...(await somewhere(tx, garage)), callId: other.callId } }),
      ),
    ).rejects.toThrow(refused);
    await expect(
      write(async (tx) =>
        tx.delivery.create({ data: { ...delivery, ...(await somewhere(tx, garage)), leadId: other.leadId } }),
      ),
    ).rejects.toThrow(refused);
    const attempt = { businessId: garage, number: 2, startedAt: new Date(), durationMs: 1 };
    await expect(
      write((tx) => tx.deliveryAttempt.create({ data: { ...attempt, deliveryId: other.deliveryId } })),
    ).rejects.toThrow(refused);
  });

  it('is refused without a business', async () => {
    await expect(db.withIdentity((tx) => tx.call.create({ data: callData(garage) }))).rejects.toThrow(refused);
    await expect(
      db.withIdentity(
        (tx) => tx.membership.create({ data: { businessId: clinic, userId: own.userId, role: 'owner' } }),
        own.userId,
      ),
    ).rejects.toThrow(refused);
  });
});

describe('people', () => {
  it('see where they belong before a business is chosen, and only that', async () => {
    const seen = await db.withIdentity(
      async (tx) => ({ counts: await countAll(tx), businesses: await tx.business.findMany() }),
      own.userId,
    );
    expect(seen.counts).toEqual({ ...each(0), memberships: 1, businesses: 1 });
    expect(seen.businesses.map((business) => business.id)).toEqual([garage]);
  });

  it('are found by the sign-in, while a business sees its members alone and no sessions', async () => {
    expect(await db.withIdentity((tx) => tx.user.count())).toBe(2);
    expect(await db.withIdentity((tx) => tx.session.count())).toBe(2);
    const inGarage = await db.withBusiness(garage, async (tx) => ({
      users: (await tx.user.findMany()).map((user) => user.id),
      sessions: await tx.session.count(),
    }));
    expect(inGarage).toEqual({ users: [own.userId], sessions: 0 });
  });
});

describe('what proves a person, and what is limited', () => {
  it('is out of sight wherever a business works', async () => {
    await db.withIdentity(async (tx) => {
      await tx.secondFactor.create({ data: { userId: own.userId, sealedSecret: 'x' } });
      await tx.recoveryCode.create({ data: { userId: own.userId, codeHash: 'x' } });
      await tx.passwordReset.create({ data: { userId: own.userId, tokenHash: 'x', expiresAt: new Date() } });
      await tx.rateLimit.create({ data: { key: 'x', count: 1, windowEndsAt: new Date() } });
    });
    const count = async (tx: Tx) => [
      await tx.secondFactor.count(),
      await tx.recoveryCode.count(),
      await tx.passwordReset.count(),
      await tx.rateLimit.count(),
    ];
    expect(await db.withIdentity(count)).toEqual([1, 1, 1, 1]);
    expect(await db.withBusiness(garage, count)).toEqual([0, 0, 0, 0]);
  });
});

describe('an account made within a business', () => {
  const make = (businessId: string, email: string, isSystemAdmin = false) =>
    db.withBusiness(businessId, (tx) => tx.user.createMany({ data: [{ email, passwordHash: 'x', isSystemAdmin }] }));
  const invited = `invited-${garage}@example.test`;

  it('is refused unless the business invited that address, and never administers the system', async () => {
    await expect(make(garage, 'somebody@example.test')).rejects.toThrow(/row-level security/);
    await expect(make(clinic, invited)).rejects.toThrow(/row-level security/);
    await expect(make(garage, invited, true)).rejects.toThrow(/row-level security/);
    await make(garage, invited);
  });
});

describe('the connection', () => {
  it('may be a superuser: it sees all by itself and one business through the door', async () => {
    const seen = await asSuperuser(async (client) => {
      const role = await client.query<{ super: string }>("SELECT current_setting('is_superuser') AS super");
      const calls = await client.query('SELECT id FROM calls');
      return { superuser: role.rows[0]?.super, calls: calls.rowCount };
    }, database.url);
    expect(seen).toEqual({ superuser: 'on', calls: 2 });
    expect((await db.withBusiness(garage, countAll))['calls']).toBe(1);
    const role = await db.withBusiness(garage, (tx) => tx.$queryRaw`SELECT current_user::text AS name`);
    expect(role).toEqual([{ name: 'prosaas_app' }]);
  });

  it('rejects an empty or broken business id instead of opening a transaction without one', async () => {
    for (const id of ['', "' OR true", `${garage} `]) {
      await expect(db.withBusiness(id, countAll)).rejects.toMatchObject({ code: 'invalid_id' });
    }
  });
});

describe('the schema', () => {
  it('guards every table that carries business_id, by force and with a policy', async () => {
    const tables = await asSuperuser(
      (client) =>
        client.query<{ name: string; forced: boolean; policies: number }>(
          `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
                  (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
           FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'business_id'
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`,
        ),
      database.url,
    );
    expect(tables.rows.length).toBeGreaterThanOrEqual(TENANT_TABLES.length - 1);
    expect(tables.rows.filter((table) => !table.forced || table.policies === 0)).toEqual([]);
  });

  it('holds even the owner of the tables to the policies', async () => {
    const owner = `owner_${randomUUID().slice(0, 8)}`;
    const seen = await asSuperuser(async (client) => {
      await client.query(`CREATE ROLE ${owner} NOLOGIN`);
      try {
        await client.query('BEGIN');
        await client.query(`ALTER TABLE calls OWNER TO ${owner}`);
        await client.query(`SET LOCAL ROLE ${owner}`);
        return (await client.query('SELECT id FROM calls')).rowCount;
      } finally {
        await client.query('ROLLBACK');
        await client.query(`DROP ROLE ${owner}`);
      }
    }, database.url);
    expect(seen).toBe(0);
  });

  it('lets the look-up role read its few tables and write nothing but a token’s consumption', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('SET ROLE prosaas_lookup');
      await expect(client.query('SELECT * FROM users')).rejects.toThrow('permission denied');
      await expect(client.query('SELECT password_hash FROM users')).rejects.toThrow('permission denied');
      await expect(client.query('SELECT * FROM turns')).rejects.toThrow('permission denied');
      await expect(client.query("UPDATE calls SET end_reason = 'x'")).rejects.toThrow('permission denied');
      await expect(client.query('DELETE FROM stream_tokens')).rejects.toThrow('permission denied');
    } finally {
      await client.end();
    }
  });
});
