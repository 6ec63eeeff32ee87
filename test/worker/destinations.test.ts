import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAlerts } from '../../domain/alerts/index.ts';
import {
  emit,
  eventSchema,
  getDelivery,
  listDeliveries,
  requestReplay,
  type EventType,
} from '../../domain/deliveries/index.ts';
import {
  addWebhook,
  changeWebhook,
  destinationsOf,
  endOverlap,
  mondayTest,
  rotateSecret,
  sendTest,
  switchDestination,
} from '../../domain/destinations/index.ts';
import { deliver } from '../../worker/deliver.ts';
import { replayDeliveries } from '../../worker/deliveries-replay.ts';
import { mondayPayload } from '../../plugins/monday-export/index.ts';
import { aBusiness, aCall } from '../domain/fixtures.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aContext, aReceiver, status, type Receiver } from './fixtures.ts';

const DAY_MS = 24 * 3_600_000;
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

/** A business with one webhook, and what its workers do. */
async function aWebhook(events: readonly Exclude<EventType, 'test'>[] = ['lead.created']) {
  const business = await aBusiness(test.db);
  const run = aContext(test.db, { allowHosts: [receiver.host] });
  const managing = { businessId: business.businessId, actor: TEST_ACTOR, vault: run.context.vault };
  const choice = { name: 'n8n', url: receiver.url, events: [...events] };
  const { destinationId, secret } = await addWebhook(test.db, managing, choice);
  const { businessId } = business;
  const health = async () => (await destinationsOf(test.db, businessId, run.clock.now()))[0];
  /** An event of a subject of its own, or of the call. */
  const happen = async (type: EventType = 'lead.created', callId: string | null = null): Promise<string> => {
    await test.db.withBusiness(businessId, (tx) =>
      emit(tx, { businessId, type, at: run.clock.now(), callId, data: { said: type } as never }),
    );
    const { deliveries } = await listDeliveries(test.db, businessId, {}, { limit: 1 });
    return deliveries[0]?.deliveryId ?? '';
  };
  const go = (deliveryId: string) => deliver(run.context, { businessId, deliveryId });
  const read = (deliveryId: string) => getDelivery(test.db, businessId, deliveryId);
  return { ...run, business, businessId, managing, choice, destinationId, secret, health, happen, go, read };
}

/** Whether the last request carries this secret's signature; the clock of these tests stands in the past. */
const signedWith = (secret: string): boolean => {
  const last = receiver.received.at(-1);
  if (last === undefined) return false;
  const { headers, body } = last;
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  const expected = new Webhook(secret).sign(String(headers['webhook-id']), at, body);
  return String(headers['webhook-signature']).split(' ').includes(expected);
};

describe('a webhook', () => {
  it('gets the events it asked for, signed, under an id that stays, and no others', async () => {
    const { happen, go, read, secret, businessId } = await aWebhook(['lead.created']);
    await test.db.withBusiness(businessId, (tx) =>
      emit(tx, { businessId, type: 'lead.updated', at: new Date(), data: {} as never }),
    );
    receiver.replyWith(status(500));
    const deliveryId = await happen();
    await go(deliveryId);
    expect(signedWith(secret)).toBe(true);
    expect(receiver.received[0]?.headers['webhook-id']).toBe(deliveryId);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ type: 'lead.created', version: 1 });
    expect(await listDeliveries(test.db, businessId, {}, { limit: 10 })).toMatchObject({
      deliveries: [{ deliveryId, event: 'lead.created' }],
    });
    // The owner sees what went and came, and nothing that could be used.
    const [attempt] = (await read(deliveryId))?.attempts ?? [];
    expect(attempt).toMatchObject({ statusCode: 500, requestHeaders: { 'webhook-id': deliveryId } });
    expect(attempt?.requestText).toContain('lead.created');
    expect(JSON.stringify(attempt)).not.toMatch(/very-secret|whsec_|v1,/);
  });

  it('is told of a call that begins, in the shape that is documented', async () => {
    const { business, businessId, go, clock } = await aWebhook(['call.started']);
    const { callSid } = await aCall(test.db, business, clock.now());
    const { deliveries } = await listDeliveries(test.db, businessId, {}, { limit: 1 });
    await go(deliveries[0]?.deliveryId ?? '');
    const body: unknown = JSON.parse(receiver.received[0]?.body ?? '');
    expect(eventSchema('call.started').strict().parse(body)).toMatchObject({ data: { call_sid: callSid } });
  });

  it('keeps the order of a call while other calls go on', async () => {
    const { business, happen, go, clock, read } = await aWebhook(['call.analyzed', 'call.completed']);
    const one = await aCall(test.db, business);
    const two = await aCall(test.db, business);
    receiver.replyWith(status(503));
    const first = await happen('call.completed', one.callId);
    await go(first);
    const second = await happen('call.analyzed', one.callId);
    await go(second);
    expect((await read(second))?.attemptCount).toBe(0);
    const other = await happen('call.completed', two.callId);
    await go(other);
    expect((await read(other))?.status).toBe('delivered');
    clock.advance(6_000);
    await go(first);
    await go(second);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([first, other, first, second]);
  });

  it('goes on without one that was given up', async () => {
    const { business, happen, go, enqueued } = await aWebhook(['call.analyzed', 'call.completed']);
    const { callId } = await aCall(test.db, business);
    const first = await happen('call.completed', callId);
    const second = await happen('call.analyzed', callId);
    receiver.replyWith(status(400));
    await go(first);
    // Whoever ends the first takes up the second.
    expect(enqueued).toMatchObject([{ job: 'deliver', payload: { deliveryId: second } }]);
  });

  it('knows two secrets while a rotation lasts, and one when it is ended or over', async () => {
    const { managing, destinationId, secret, happen, go, clock } = await aWebhook();
    const next = await rotateSecret(test.db, managing, destinationId, clock.now());
    await go(await happen());
    expect([signedWith(secret), signedWith(next)]).toEqual([true, true]);
    clock.advance(DAY_MS + 1);
    await go(await happen());
    expect([signedWith(secret), signedWith(next)]).toEqual([false, true]);
    const last = await rotateSecret(test.db, managing, destinationId, clock.now());
    await endOverlap(test.db, managing, destinationId);
    await go(await happen());
    expect([signedWith(next), signedWith(last)]).toEqual([false, true]);
  });

  it('is held to its places and its rate; what waits is taken up by one look', async () => {
    const { businessId, destinationId, happen, go, enqueued, read } = await aWebhook();
    await test.db.withBusiness(businessId, (tx) =>
      tx.destination.update({ where: { id: destinationId }, data: { maxConcurrent: 1 } }),
    );
    const held: (() => void)[] = [];
    receiver.replyWith((response) => void held.push(() => response.writeHead(200).end()));
    const [slow, next] = [await happen(), await happen()];
    const running = go(slow);
    await expect.poll(() => held.length).toBe(1);
    await go(next);
    expect((await read(next))?.attemptCount).toBe(0);
    held[0]?.();
    await running;
    expect(enqueued).toMatchObject([{ payload: { deliveryId: next } }]);
    const busy = new Date('2026-03-01T10:01:00.000Z');
    await test.db.withBusiness(businessId, (tx) =>
      tx.destination.update({ where: { id: destinationId }, data: { pausedUntil: busy } }),
    );
    await go(next);
    expect(enqueued[1]).toMatchObject({ job: 'deliver-waiting', delayMs: 60_000, payload: { destinationId } });
  });

  it('is off after 410, keeps what it missed, and is sent it when it is on again', async () => {
    const { businessId, context, destinationId, health, happen, go, read, clock, enqueued, managing } =
      await aWebhook();
    receiver.replyWith(status(410));
    const since = clock.now();
    const first = await happen();
    await go(first);
    expect(await health()).toMatchObject({ status: 'off', offReason: 'gone' });
    expect(await openAlerts(test.db, businessId)).toMatchObject([{ kind: 'destination_off' }]);
    const missed = await happen();
    expect(await read(missed)).toMatchObject({ status: 'failed', lastError: 'destination_off' });
    const until = new Date(clock.now().getTime() + 1);
    const asked = { destinationId, since, until };
    await expect(requestReplay(test.db, businessId, TEST_ACTOR, asked)).rejects.toMatchObject({
      code: 'destination_off',
    });
    await switchDestination(test.db, managing, destinationId, 'active', clock.now());
    expect(await openAlerts(test.db, businessId)).toEqual([]);
    await requestReplay(test.db, businessId, TEST_ACTOR, asked);
    const payload = { businessId, destinationId, since: since.toISOString(), until: until.toISOString() };
    await replayDeliveries(context, payload);
    expect(enqueued.map((job) => job.payload['deliveryId'])).toEqual([first, missed]);
    await go(first);
    await go(missed);
    expect([(await read(first))?.status, (await read(missed))?.status]).toEqual(['delivered', 'delivered']);
  });

  it('is off after failing for five days, on five of them, and not before', async () => {
    const { health, happen, go, clock } = await aWebhook();
    for (let day = 0; day < 5; day++) {
      receiver.replyWith(status(500));
      await go(await happen());
      expect((await health())?.status).toBe('active');
      clock.advance(DAY_MS);
    }
    receiver.replyWith(status(500));
    await go(await happen());
    expect(await health()).toMatchObject({ status: 'off', offReason: 'failing' });
  });

  it('whose record was bad begins anew with one success', async () => {
    const { businessId, health, happen, go, clock } = await aWebhook();
    receiver.replyWith(status(404));
    await go(await happen());
    expect(await openAlerts(test.db, businessId)).toMatchObject([{ kind: 'deliveries_failing' }]);
    clock.advance(4 * DAY_MS);
    await go(await happen());
    expect(await health()).toMatchObject({ status: 'active', failingSince: null, delivered: 1 });
    expect(await openAlerts(test.db, businessId)).toEqual([]);
  });

  it('is tried anew at another address, unless it was switched off by hand', async () => {
    const { managing, choice, destinationId, happen, go, health } = await aWebhook();
    receiver.replyWith(status(410));
    await go(await happen());
    expect(await health()).toMatchObject({ status: 'off', offReason: 'gone' });
    await changeWebhook(test.db, managing, destinationId, { ...choice, url: `${receiver.url}/new` });
    expect(await health()).toMatchObject({ status: 'active', offReason: null, failingSince: null });
    await switchDestination(test.db, managing, destinationId, 'off');
    await changeWebhook(test.db, managing, destinationId, choice);
    expect(await health()).toMatchObject({ status: 'off', offReason: 'by_hand' });
  });

  it('can be tested while it is off, and its address changed', async () => {
    const { businessId, managing, choice, destinationId, go, health, read } = await aWebhook();
    await switchDestination(test.db, managing, destinationId, 'off');
    const deliveryId = await sendTest(test.db, businessId, destinationId, TEST_ACTOR, new Date(0));
    await go(deliveryId);
    expect(await read(deliveryId)).toMatchObject({ status: 'delivered', event: 'test' });
    await changeWebhook(test.db, managing, destinationId, { ...choice, name: 'Make' });
    expect(await health()).toMatchObject({ name: 'Make', status: 'off' });
  });
});

it('a test to Monday has the keys of a real call', () => {
  const at = new Date(0);
  const call = { startedAt: at, endedAt: at, leadFields: {} } as Parameters<typeof mondayPayload>[0];
  expect(Object.keys(mondayTest('b', 'n', at))).toEqual(Object.keys(mondayPayload(call)));
});
