import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ATTEMPT_LEASE_MS, claimDelivery, getDelivery, MAX_ATTEMPTS, replay } from '../../domain/deliveries/index.ts';
import { setSecret } from '../../domain/secrets/index.ts';
import { settingsRegistry } from '../../domain/settings/index.ts';
import { plugins } from '../../plugins/index.ts';
import { deliver } from '../../worker/deliver.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aContext, aDelivery, aReceiver, status, type Receiver } from './fixtures.ts';

let test: TestDatabase;
let receiver: Receiver;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  receiver = await aReceiver();
});
afterEach(() => receiver.close());

const worker = (timeoutMs?: number) =>
  aContext(test.db, { allowHosts: [receiver.host], ...(timeoutMs === undefined ? {} : { timeoutMs }) });

describe('a delivery', () => {
  it('is posted once, with its id as the key, and never again', async () => {
    const { context, enqueued, published } = worker();
    receiver.replyWith(status(201, {}, 'תודה'));
    const delivery = await aDelivery(context, receiver.url);
    await deliver(context, delivery);
    await deliver(context, delivery);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({
      method: 'POST',
      path: '/hook?key=very-secret',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'idempotency-key': delivery.deliveryId,
        'user-agent': 'ProSaaS-Webhooks/1.0',
        'x-extra': 'yes',
      },
      body: `{"source":"prosaas_call_center","call_sid":"${delivery.callSid}","transcript":"סוכן: שלום\\nלקוח: תודה, ביי"}`,
    });
    expect(await getDelivery(test.db, delivery.businessId, delivery.deliveryId)).toMatchObject({
      status: 'delivered',
      attemptCount: 1,
      nextAttemptAt: null,
      lastError: null,
      attempts: [{ number: 1, statusCode: 201, error: null, responseText: 'תודה' }],
    });
    expect(enqueued).toEqual([]);
    // When the attempt begins, and when its outcome is known.
    const change = { kind: 'delivery', businessId: delivery.businessId, callId: delivery.callId };
    expect(published).toEqual([change, change]);
  });

  it('is posted once when several workers get its job at the same moment', async () => {
    const { context } = worker();
    const delivery = await aDelivery(context, receiver.url);
    await Promise.all([1, 2, 3, 4].map(() => deliver(context, delivery)));
    expect(receiver.received).toHaveLength(1);
  });

  it('comes back after a failure, not before its time, and keeps its key', async () => {
    const { context, clock, enqueued } = worker();
    receiver.replyWith(status(500, {}, 'oops'));
    const delivery = await aDelivery(context, receiver.url);
    const { businessId, deliveryId } = delivery;
    await deliver(context, delivery);
    expect(enqueued).toMatchObject([{ job: 'deliver', payload: { businessId, deliveryId }, delayMs: 5_000 }]);
    clock.advance(4_990);
    await deliver(context, delivery);
    expect(receiver.received).toHaveLength(1);
    expect(enqueued[1]).toMatchObject({ job: 'deliver', delayMs: 10, id: undefined });
    clock.advance(10);
    await deliver(context, delivery);
    expect(receiver.received.map((request) => request.headers['idempotency-key'])).toEqual([deliveryId, deliveryId]);
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
    expect(await getDelivery(test.db, businessId, deliveryId)).toMatchObject({
      status: 'delivered',
      lastError: null,
      attempts: [
        { number: 1, statusCode: 500, error: 'http_500', responseText: 'oops' },
        { number: 2, statusCode: 200, error: null },
      ],
    });
  });

  it('carries the plugin’s secret, put in as it is sent; nothing that is kept or shown tells it', async () => {
    const secret = 'monday-token-0123456789';
    const made = worker();
    const context = { ...made.context, registry: settingsRegistry(plugins) };
    receiver.replyWith(status(500, { 'x-echo': `Bearer ${secret}` }, `no: Bearer ${secret}`));
    const delivery = await aDelivery(context, receiver.url);
    const { businessId, deliveryId } = delivery;
    const name = 'plugin:monday-export:monday_authorization';
    const set = (value: string) =>
      test.db.withBusiness(businessId, (tx) =>
        setSecret(tx, context.vault, { businessId, name, secret: value, actor: TEST_ACTOR }),
      );
    await set(`Bearer ${secret}`);
    await deliver(context, delivery);
    await set('Bearer another-token-9876543210');
    made.clock.advance(5_000);
    await deliver(context, delivery);
    expect(receiver.received.map(({ headers }) => headers['authorization'])).toEqual([
      `Bearer ${secret}`,
      'Bearer another-token-9876543210',
    ]);
    const kept = await test.db.withBusiness(businessId, async (tx) => [
      await getDelivery(test.db, businessId, deliveryId),
      await tx.delivery.findMany(),
      await tx.deliveryAttempt.findMany(),
      await tx.businessSecret.findMany(),
      await tx.businessSettings.findMany(),
      await tx.auditEntry.findMany(),
      made.enqueued,
    ]);
    const told = JSON.stringify(kept, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(told).not.toContain(secret);
    expect(told).not.toContain('another-token');
  });

  it.each([
    ['seconds', '30'],
    ['a date', 'Sun, 01 Mar 2026 10:00:30 GMT'],
  ])('waits as long as Retry-After says, in %s', async (_form, value) => {
    const { context, enqueued } = worker();
    receiver.replyWith(status(429, { 'retry-after': value }));
    const delivery = await aDelivery(context, receiver.url);
    await deliver(context, delivery);
    expect(enqueued[0]?.delayMs).toBeGreaterThanOrEqual(30_000);
    expect(enqueued[0]?.delayMs).toBeLessThanOrEqual(33_000);
  });

  it.each([
    [410, 'http_410'],
    [404, 'http_404'],
    [400, 'http_400'],
    [302, 'redirect_refused'],
  ])('is given up at %i', async (code, error) => {
    const { context, enqueued } = worker();
    receiver.replyWith(status(code, { location: '/elsewhere' }));
    const delivery = await aDelivery(context, receiver.url);
    await deliver(context, delivery);
    await deliver(context, delivery);
    expect(receiver.received).toHaveLength(1);
    expect(enqueued).toEqual([]);
    expect(await getDelivery(test.db, delivery.businessId, delivery.deliveryId)).toMatchObject({
      status: 'failed',
      lastError: error,
      attempts: [{ statusCode: code, error }],
    });
  });

  it('comes back when the receiver hangs or is away', async () => {
    const { context, clock, enqueued } = worker(150);
    receiver.replyWith(() => undefined);
    const delivery = await aDelivery(context, receiver.url);
    await deliver(context, delivery);
    await receiver.close();
    clock.advance(5_000);
    await deliver(context, delivery);
    expect(enqueued.map((job) => job.delayMs)).toEqual([5_000, 300_000]);
    expect(await getDelivery(test.db, delivery.businessId, delivery.deliveryId)).toMatchObject({
      status: 'pending',
      attempts: [
        { statusCode: null, error: 'outgoing_timeout' },
        { statusCode: null, error: 'outgoing_connection_failed:ECONNREFUSED' },
      ],
    });
  });

  it('never reaches a private address that was not allowed', async () => {
    const { context } = aContext(test.db);
    const delivery = await aDelivery(context, receiver.url);
    await deliver(context, delivery);
    expect(receiver.received).toEqual([]);
    expect(await getDelivery(test.db, delivery.businessId, delivery.deliveryId)).toMatchObject({
      status: 'failed',
      lastError: 'outgoing_address_refused',
    });
  });

  it('is given up after its last attempt, and can be replayed', async () => {
    const { context, clock, enqueued } = worker();
    receiver.replyWith(...Array.from({ length: MAX_ATTEMPTS }, () => status(503)));
    const delivery = await aDelivery(context, receiver.url);
    for (let attempt = 0; attempt < MAX_ATTEMPTS + 2; attempt++) {
      await deliver(context, delivery);
      clock.advance(15 * 3_600_000);
    }
    expect(receiver.received).toHaveLength(MAX_ATTEMPTS);
    expect(enqueued).toHaveLength(MAX_ATTEMPTS - 1);
    const read = () => getDelivery(test.db, delivery.businessId, delivery.deliveryId);
    expect(await read()).toMatchObject({ status: 'failed', lastError: 'http_503', nextAttemptAt: null });

    await replay(test.db, delivery.businessId, delivery.deliveryId, TEST_ACTOR, clock.now());
    await deliver(context, delivery);
    expect(await read()).toMatchObject({ status: 'delivered', attemptCount: MAX_ATTEMPTS + 1, lastError: null });
    const again = replay(test.db, delivery.businessId, delivery.deliveryId, TEST_ACTOR, clock.now());
    await expect(again).rejects.toMatchObject({ code: 'delivery_already_delivered' });
  });

  it('keeps at most 500 characters of an answer, whatever is in it', async () => {
    const { context } = worker();
    receiver.replyWith(status(200, {}, `\u0000${'א'.repeat(499)}😀${'x'.repeat(9_000)}`));
    const delivery = await aDelivery(context, receiver.url);
    await deliver(context, delivery);
    const read = await getDelivery(test.db, delivery.businessId, delivery.deliveryId);
    expect(read?.attempts[0]?.responseText).toBe(`${'א'.repeat(499)}\ufffd`);
  });

  it('shows its address and its content neither to the log nor to the queue', async () => {
    const { context, clock, enqueued, lines } = worker(150);
    receiver.replyWith(status(500), () => undefined, status(302, { location: 'http://x/very-secret' }));
    const delivery = await aDelivery(context, receiver.url);
    for (let attempt = 0; attempt < 3; attempt++) {
      await deliver(context, delivery);
      clock.advance(600_000);
    }
    expect(receiver.received).toHaveLength(3);
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const said of [...lines, JSON.stringify(enqueued)]) {
      expect(said).not.toMatch(/very-secret|127\.0\.0\.1|שלום/);
    }
  });
});

describe('a worker that dies', () => {
  it('between taking a delivery and posting it, leaves it to the next one after the attempt ran out', async () => {
    const { context, clock } = worker();
    const delivery = await aDelivery(context, receiver.url);
    expect(await claimDelivery(test.db, delivery.businessId, delivery.deliveryId, clock.now())).toMatchObject({
      attempt: 1,
    });
    await deliver(context, delivery);
    expect(receiver.received).toHaveLength(0);
    clock.advance(ATTEMPT_LEASE_MS);
    await deliver(context, delivery);
    expect(receiver.received).toHaveLength(1);
    expect(await getDelivery(test.db, delivery.businessId, delivery.deliveryId)).toMatchObject({
      status: 'delivered',
      attempts: [
        { number: 1, error: 'interrupted' },
        { number: 2, statusCode: 200 },
      ],
    });
  });

  it('after posting and before writing it down, causes a second post that the receiver can tell by its key', async () => {
    const { context, clock } = worker();
    const delivery = await aDelivery(context, receiver.url);
    const dying = {
      ...context,
      send: async (request: Parameters<typeof context.send>[0]) => {
        await context.send(request);
        throw new Error('killed');
      },
    };
    await expect(deliver(dying, delivery)).rejects.toThrow('killed');
    clock.advance(ATTEMPT_LEASE_MS);
    await deliver(context, delivery);
    expect(receiver.received.map((request) => request.headers['idempotency-key'])).toEqual([
      delivery.deliveryId,
      delivery.deliveryId,
    ]);
  });
});
