import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Prisma } from '../../../platform/db/index.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { somewhere } from '../../helpers/destination.ts';

let database: TestDatabase;
let db: Database;
const businessId = randomUUID();
/** The moment the sweeps are asked about. */
const NOW = new Date('2026-05-01T12:00:00.000Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

const addCall = (fields: Partial<Prisma.CallUncheckedCreateInput> = {}): Promise<string> =>
  db.withBusiness(businessId, async (tx) => {
    const call = await tx.call.create({
      data: {
        businessId,
        callSid: `CA${randomUUID()}`,
        accountSid: 'AC',
        direction: 'inbound',
        fromNumber: 'a',
        toNumber: 'b',
        startedAt: ago(600),
        leaseExpiresAt: new Date('2100-01-01'),
        ...fields,
      },
    });
    return call.id;
  });

beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
  await db.withBusiness(businessId, async (tx) => {
    await tx.business.create({ data: { id: businessId, name: 'מוסך' } });
    await tx.phoneNumber.create({ data: { businessId, number: '+97235550100' } });
  });
});
afterAll(() => database.close());

describe('a look-up before the business is known', () => {
  it('finds the business of a number', async () => {
    const find = (number: string): Promise<unknown> =>
      db.withIdentity((tx) => tx.$queryRaw`SELECT business_of_number(${number}) AS id`);
    expect(await find('+97235550100')).toEqual([{ id: businessId }]);
    expect(await find('+97235550101')).toEqual([{ id: null }]);
  });

  it('finds the business of an API token until it is revoked', async () => {
    const token = await db.withBusiness(businessId, (tx) =>
      tx.apiToken.create({ data: { businessId, name: 'n8n', tokenHash: 'hash', lastFour: 'hash' } }),
    );
    const find = (): Promise<unknown> =>
      db.withIdentity((tx) => tx.$queryRaw`SELECT * FROM business_of_api_token('hash')`);
    expect(await find()).toEqual([{ business_id: businessId, token_id: token.id }]);
    await db.withBusiness(businessId, (tx) =>
      tx.apiToken.update({ where: { id: token.id }, data: { revokedAt: new Date() } }),
    );
    expect(await find()).toEqual([]);
  });

  it('finds the businesses of a person and the call of a CallSid', async () => {
    const user = await db.withIdentity((tx) => tx.user.create({ data: { email: 'a@b', passwordHash: 'x' } }));
    await db.withBusiness(businessId, (tx) =>
      tx.membership.create({ data: { businessId, userId: user.id, role: 'admin' } }),
    );
    const callId = await addCall({ callSid: 'CA-known' });
    const found = await db.withIdentity(async (tx) => ({
      businesses: await tx.$queryRaw`SELECT * FROM businesses_of_user(${user.id}::uuid)`,
      nobody: await tx.$queryRaw`SELECT * FROM businesses_of_user(${randomUUID()}::uuid)`,
      call: await tx.$queryRaw`SELECT * FROM call_of_sid('CA-known')`,
    }));
    expect(found).toEqual({
      businesses: [
        { business_id: businessId, name: 'מוסך', role: 'admin', suspended: false, requires_second_factor: false },
      ],
      nobody: [],
      call: [{ business_id: businessId, call_id: callId }],
    });
  });

  it('is refused to a role that is not the product’s', async () => {
    const role = `stranger_${randomUUID().slice(0, 8)}`;
    await asSuperuser(async (client) => {
      await client.query(`CREATE ROLE ${role}`);
      try {
        await client.query('BEGIN');
        await client.query(`SET LOCAL ROLE ${role}`);
        await expect(client.query("SELECT business_of_number('x')")).rejects.toThrow('permission denied');
      } finally {
        await client.query('ROLLBACK');
        await client.query(`DROP ROLE ${role}`);
      }
    }, database.url);
  });
});

describe('a stream token', () => {
  const consume = (hash: string, sid: string): Promise<unknown[]> =>
    db.withIdentity((tx) => tx.$queryRaw<unknown[]>`SELECT * FROM consume_stream_token(${hash}, ${sid})`);
  const mint = async (sid: string, expiresAt: Date): Promise<{ hash: string; callId: string }> => {
    const callId = await addCall({ callSid: sid });
    const hash = randomUUID();
    await db.withBusiness(businessId, (tx) =>
      tx.streamToken.create({ data: { businessId, callId, leg: 3, tokenHash: hash, expiresAt } }),
    );
    return { hash, callId };
  };
  const later = new Date(Date.now() + 60_000);

  it('lets one stream in, of eight that bring it at once', async () => {
    const { hash, callId } = await mint('CA-eight', later);
    const answers = await Promise.all(Array.from({ length: 8 }, () => consume(hash, 'CA-eight')));
    expect(answers.flat()).toEqual([{ business_id: businessId, call_id: callId, leg: 3 }]);
  });

  it('is worth nothing for another call, when it has expired, or when nobody made it', async () => {
    const { hash } = await mint('CA-mine', later);
    await mint('CA-other', later);
    const expired = await mint('CA-late', new Date(Date.now() - 1));
    expect(await consume(hash, 'CA-other')).toEqual([]);
    expect(await consume(expired.hash, 'CA-late')).toEqual([]);
    expect(await consume('unknown', 'CA-mine')).toEqual([]);
    expect(await consume(hash, 'CA-mine')).toHaveLength(1);
  });
});

describe('the sweep', () => {
  it('finds the calls that lost their process or their job, and leaves the others', async () => {
    const ended = { status: 'ended', endReason: 'caller_hangup' } as const;
    const lost = {
      [await addCall({ leaseExpiresAt: ago(1) })]: 'lease_expired',
      [await addCall({ leaseExpiresAt: null, startedAt: ago(301) })]: 'lease_expired',
      [await addCall({ ...ended, endedAt: ago(31) })]: 'unsettled',
      [await addCall({ ...ended, endedAt: ago(60), transcriptsSettledAt: ago(11) })]: 'unfinalized',
    };
    await addCall({ leaseExpiresAt: new Date(NOW.getTime() + 1) });
    await addCall({ leaseExpiresAt: null, startedAt: ago(299) });
    await addCall({ ...ended, endedAt: ago(29) });
    await addCall({ ...ended, endedAt: ago(60), transcriptsSettledAt: ago(9) });
    await addCall({
      ...ended,
      status: 'completed',
      endedAt: ago(60),
      transcriptsSettledAt: ago(50),
      finalizedAt: ago(40),
    });
    const sweep = (max: number) =>
      db.withIdentity(
        (tx) => tx.$queryRaw<{ business_id: string; call_id: string; kind: string }[]>`
          SELECT * FROM sweep_calls(${NOW}, ${max}::int)`,
      );
    const found = await sweep(100);
    expect(Object.fromEntries(found.map((row) => [row.call_id, row.kind]))).toEqual(lost);
    expect(new Set(found.map((row) => row.business_id))).toEqual(new Set([businessId]));
    expect(await sweep(2)).toHaveLength(2);
  });

  it('finds jobs that were not handed over and destinations with deliveries that are overdue', async () => {
    const callId = await addCall();
    const ids = await db.withBusiness(businessId, async (tx) => {
      const outbox = (createdAt: Date, dispatchedAt: Date | null = null) =>
        tx.outbox.create({ data: { businessId, job: 'call-finalize', payload: {}, createdAt, dispatchedAt } });
      const delivery = async (name: string, nextAttemptAt: Date, status: 'pending' | 'failed' = 'pending') =>
        tx.delivery.create({
          data: {
            ...(await somewhere(tx, businessId)),
            businessId,
            callId,
            plugin: 'p',
            export: name,
            url: 'x',
            body: {},
            nextAttemptAt,
            status,
          },
        });
      const lost = { outbox: (await outbox(ago(6))).id, destination: (await delivery('a', ago(31))).destinationId };
      await outbox(ago(4));
      await outbox(ago(60), ago(59));
      await delivery('b', ago(29));
      await delivery('c', ago(60), 'failed');
      return lost;
    });
    const found = await db.withIdentity(async (tx) => ({
      outbox: await tx.$queryRaw`SELECT * FROM sweep_outbox(${NOW}, 10)`,
      destinations: await tx.$queryRaw`SELECT * FROM sweep_destinations(${NOW}, 10)`,
    }));
    expect(found).toEqual({
      outbox: [{ business_id: businessId, outbox_id: ids.outbox }],
      destinations: [{ business_id: businessId, destination_id: ids.destination }],
    });
  });
});
