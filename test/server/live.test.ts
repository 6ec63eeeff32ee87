import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openEvents, type Events } from '../../platform/events.ts';
import { createLog } from '../../platform/log.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoCall, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { openEventStream, type EventStream } from '../helpers/event-stream.ts';
import { postForm, signInOverHttp, type Visitor } from '../helpers/http.ts';
import { SOURCES } from '../helpers/settings-sources.ts';
import { startWorld } from '../helpers/world.ts';

/** The event stream over real HTTP and a real database; `elsewhere` publishes as another process does. */

let database: TestDatabase;
let events: Events;
let elsewhere: Events;
let server: AppServer;
let business: DemoBusiness;
let other: DemoBusiness;
let owner: Visitor;
const open: EventStream[] = [];

beforeAll(async () => {
  database = await testDatabase();
  const log = createLog({ level: 'silent' });
  events = await openEvents({ url: database.url, log, reconnectMs: 1500 });
  elsewhere = await openEvents({ url: database.url, log });
  server = await startAppServer({ db: database.db, sources: SOURCES, events, heartbeatMs: 100, log: 'silent' });
  business = await demoBusiness(database.db, '1');
  other = await demoBusiness(database.db, '2');
  owner = await signInOverHttp(server.url, business.email, business.password);
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});
afterAll(async () => {
  await server?.close();
  await events?.close();
  await elsewhere?.close();
  await database?.close();
});

async function watch(visitor: Visitor): Promise<EventStream> {
  const stream = await openEventStream(`${server.url}/api/events`, { Cookie: visitor.cookie });
  open.push(stream);
  return stream;
}
const signIn = (email: string) => signInOverHttp(server.url, email, DEMO_PASSWORD);
const isChange = (callId: string) => (event: { event: string; data: Record<string, unknown> }) =>
  event.event === 'change' && event.data['callId'] === callId;

describe('the event stream', () => {
  it('says at once whether changes can be heard, is never cached or buffered, and shows signs of life', async () => {
    const stream = await watch(owner);
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(stream.response.headers.get('cache-control')).toContain('no-store');
    expect(stream.response.headers.get('x-accel-buffering')).toBe('no');
    expect((await stream.until(({ event }) => event === 'ready')).data).toEqual({ listening: true });
    await stream.until(({ event }) => event === 'beat');
    const ids = stream.received.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^\w+-\d+$/.test(id))).toBe(true);
  });

  it('carries kind and call of what another process changed, and nothing else', async () => {
    const stream = await watch(owner);
    const callId = randomUUID();
    await elsewhere.publish({ kind: 'call_turns', businessId: business.businessId, callId });
    expect((await stream.until(isChange(callId))).data).toEqual({ kind: 'call_turns', callId });
  });

  it('never carries a change of another business', async () => {
    const [ours, theirs] = [await watch(owner), await watch(await signIn(other.email))];
    const [foreign, own] = [randomUUID(), randomUUID()];
    await elsewhere.publish({ kind: 'call', businessId: other.businessId, callId: foreign });
    await elsewhere.publish({ kind: 'call', businessId: business.businessId, callId: own });
    // Notices arrive in the order of their publishing: what did not come before `own` will not come.
    await ours.until(isChange(own));
    await theirs.until(isChange(foreign));
    expect(ours.received.some(isChange(foreign))).toBe(false);
    expect(theirs.received.some(isChange(own))).toBe(false);
  });

  it('tells nobody of changes that are not about calls', async () => {
    const stream = await watch(owner);
    const last = randomUUID();
    await elsewhere.publish({ kind: 'settings', businessId: business.businessId });
    await elsewhere.publish({ kind: 'session', businessId: business.businessId });
    await elsewhere.publish({ kind: 'call', businessId: business.businessId, callId: last });
    await stream.until(isChange(last));
    expect(stream.received.filter(({ event }) => event === 'change')).toHaveLength(1);
  });

  it('is open to an agent, who may read calls', async () => {
    const stream = await watch(await signIn(await demoPerson(database.db, business.businessId, 'agent')));
    const callId = randomUUID();
    await elsewhere.publish({ kind: 'call_opened', businessId: business.businessId, callId });
    await stream.until(isChange(callId));
  });

  it('is open to the business’s token and closed to a wrong one', async () => {
    const headers = (token: string) => ({ Authorization: `Bearer ${token}` });
    const stream = await openEventStream(`${server.url}/api/events`, headers(business.apiToken));
    open.push(stream);
    await stream.until(({ event }) => event === 'ready');
    expect((await fetch(`${server.url}/api/events`, { headers: headers('wrong') })).status).toBe(401);
  });

  it('is refused to who is not signed in, and to other methods', async () => {
    const response = await fetch(`${server.url}/api/events`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'signed_out' } });
    const posted = await postForm(server.url, '/api/events', {}, { Cookie: owner.cookie });
    expect(posted.status).toBe(405);
    const head = (headers = {}) => fetch(`${server.url}/api/events`, { method: 'HEAD', headers });
    expect((await head()).status).toBe(401);
    expect((await head({ Cookie: owner.cookie })).status).toBe(204);
  });

  it('ends within seconds when the person signs out, and only theirs', async () => {
    const visitor = await signIn(business.email);
    const [leaving, staying] = [await watch(visitor), await watch(owner)];
    await leaving.until(({ event }) => event === 'ready');
    await visitor.post('/sign-out', {});
    expect((await leaving.until(({ event }) => event === 'end')).data).toEqual({ reason: 'session_over' });
    await leaving.ended;
    const callId = randomUUID();
    await elsewhere.publish({ kind: 'call', businessId: business.businessId, callId });
    await staying.until(isChange(callId));
  });

  it('ends when the session moves to another business', async () => {
    const email = await demoPerson(database.db, business.businessId, 'admin');
    const user = await database.db.withIdentity((tx) => tx.user.findUniqueOrThrow({ where: { email } }));
    const membership = { userId: user.id, businessId: other.businessId, role: 'admin' } as const;
    await database.db.withBusiness(other.businessId, (tx) => tx.membership.create({ data: membership }));
    const visitor = await signIn(email);
    await visitor.post('/switch-business', { business_id: business.businessId });
    const stream = await watch(visitor);
    await stream.until(({ event }) => event === 'ready');
    await visitor.post('/switch-business', { business_id: other.businessId });
    expect((await stream.until(({ event }) => event === 'end')).data).toEqual({ reason: 'session_over' });
  });

  it('is limited for each session, and a place becomes free again', async () => {
    const visitor = await signIn(business.email);
    const streams = await Promise.all(Array.from({ length: 10 }, () => watch(visitor)));
    expect(streams.map(({ response }) => response.status)).toEqual(Array(10).fill(200));
    const refused = await fetch(`${server.url}/api/events`, { headers: { Cookie: visitor.cookie } });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: { code: 'too_many_streams' } });
    // Another session of the same person has its own.
    expect((await watch(await signIn(business.email))).response.status).toBe(200);
    streams[0]?.close();
    await expect.poll(async () => (await watch(visitor)).response.status, { timeout: 5000 }).toBe(200);
  });

  it('tells that changes cannot be heard, and that some may have been missed once they can', async () => {
    const stream = await watch(owner);
    await stream.until(({ event }) => event === 'ready');
    await asSuperuser((client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'prosaas-listen' AND datname = $1`,
        [new URL(database.url).pathname.slice(1)],
      ),
    );
    await stream.until(({ event, data }) => event === 'state' && data['listening'] === false);
    await stream.until(({ event }) => event === 'gap');
    const callId = randomUUID();
    await elsewhere.publish({ kind: 'call', businessId: business.businessId, callId });
    await stream.until(isChange(callId));
  });

  it('after a lost connection the page that is read on return has what changed in between', async () => {
    const first = await watch(owner);
    await first.until(({ event }) => event === 'ready');
    first.close();
    const call = { callSid: 'CAbetween', startedAt: new Date(), status: 'in_progress' } as const;
    await demoCall(database.db, business.businessId, call);
    await elsewhere.publish({ kind: 'call_opened', businessId: business.businessId });
    const second = await openEventStream(`${server.url}/api/events`, {
      Cookie: owner.cookie,
      'Last-Event-ID': first.received.at(-1)?.id ?? '',
    });
    open.push(second);
    // `ready` is the word to read again.
    await second.until(({ event }) => event === 'ready');
    expect(await (await owner.get('/calls/CAbetween')).text()).toContain('מתקיימת עכשיו');
  });

  it('asks the database nothing about an event, however many watch', async () => {
    const streams = await Promise.all(Array.from({ length: 5 }, () => watch(owner)));
    await Promise.all(streams.map((stream) => stream.until(({ event }) => event === 'ready')));
    const before = await transactions();
    const ids = Array.from({ length: 50 }, () => randomUUID());
    for (const callId of ids) {
      await elsewhere.publish({ kind: 'call_turns', businessId: business.businessId, callId });
    }
    await Promise.all(streams.map((stream) => stream.until(isChange(ids.at(-1) as string))));
    // The 50 notices themselves are transactions; 250 deliveries to viewers must add none (the rest is background).
    expect((await transactions()) - before).toBeLessThan(80);
  });
});

it('a web process that stops ends its open streams, and they do not hold it up', async () => {
  const world = await startWorld({ pages: true });
  const own = await demoBusiness(world.db);
  const visitor = await signInOverHttp(world.url, own.email, own.password);
  const stream = await openEventStream(`${world.url}/api/events`, { Cookie: visitor.cookie });
  await stream.until(({ event }) => event === 'ready');
  const begunAt = performance.now();
  const closed = world.close();
  // To its proper end: a connection that is merely cut rejects.
  await stream.ended;
  expect(performance.now() - begunAt).toBeLessThan(3000);
  await closed;
});

async function transactions(): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    // Counters are written by each backend when it is idle for a moment.
    await pause(1100);
    const { rows } = await client.query<{ count: string }>(
      'SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}
