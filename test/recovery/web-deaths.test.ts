import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { startEmbeddedPostgres } from '../../platform/db/embedded.ts';
import { migrate, openDatabase } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { openProduct, receivingBusiness } from '../../scripts/soak/product.ts';
import { runConversation } from '../../sandbox/conversation.ts';
import { parseScript } from '../../sandbox/script/parse.ts';
import { redisMissing, startRedis, type TestRedis } from '../helpers/redis.ts';
import { sideBySide } from './side-by-side.ts';
import { PLACES } from './stop-points.ts';
import { until } from './until.ts';
import { callWhen, openWorld, type RecoveryWorld } from './world.ts';

// The web process killed, told to stop, and left without its database, while calls go on.

/** Ends when the caller hangs up; the caller speaks first, so it can be begun at any time. */
const SHORT = parseScript(`
title: שאלה קצרה
conversation:
  - caller: עד מתי אתם פתוחים היום?
  - agent: היום עד שבע בערב.
  - caller: תודה רבה, להתראות.
  - agent: להתראות.
  - hang_up: true
`);

/** Goes on until somebody ends it. */
const ENDLESS = parseScript(`
title: ממתין על הקו
conversation:
  - caller: אפשר לקבוע טיפול לרכב?
  - agent: בטח, רגע אחד.
  - silence_ms: 600000
`);

/** Its last words are never transcribed, so that the end waits for them. */
const UNHEARD = parseScript(`
title: המילים האחרונות
conversation:
  - caller: אפשר לקבוע טיפול לרכב?
  - agent: בטח, לאיזה יום?
  - caller: ביום שלישי בבוקר.
    transcript: never
  - agent: קבעתי.
  - hang_up: true
`);

const LIMIT_OF_ONE = { max_total_calls: 1 };
const textsOf = (call: { turns: readonly { text: string }[] }) => call.turns.map(({ text }) => text);

async function withWorld(prove: (world: RecoveryWorld) => Promise<void>, redis?: TestRedis): Promise<void> {
  const world = await openWorld({ redisUrl: redis?.url });
  try {
    await prove(world);
  } finally {
    await world.close();
    await redis?.stop();
  }
}

async function webKilled({ db, product, callWhen }: RecoveryWorld): Promise<void> {
  const { receiver } = product;
  const inMidCall = await receivingBusiness(db, receiver.url, LIMIT_OF_ONE);
  const between = await receivingBusiness(db, receiver.url, LIMIT_OF_ONE);
  await product.start('worker');
  const web = await product.start('web');

  const going = await product.ring(inMidCall.number, ENDLESS);
  void runConversation({ call: going, script: ENDLESS });
  await callWhen(inMidCall, going.sid, (call) => call.turns.filter(({ text }) => text !== '').length >= 2);
  const ended = await product.ring(between.number, UNHEARD);
  void runConversation({ call: ended, script: UNHEARD });
  await callWhen(between, ended.sid, (call) => call.status === 'ended');
  await web.kill();
  const killedAt = performance.now();
  expect((await callWhen(between, ended.sid, () => true)).status).toBe('ended');
  const [settled] = await db.withBusiness(between.businessId, (tx) => tx.call.findMany());
  expect(settled?.transcriptsSettledAt).toBeNull();

  // Another process takes the calls that come; the dead call holds its place until its lease runs out.
  await product.start('web');
  const tooEarly = await product.ring(inMidCall.number, SHORT);
  expect((await tooEarly.ended).endedBy).toBe('twiml');
  expect(tooEarly.streams).toEqual([]);

  const swept = await callWhen(inMidCall, going.sid, (call) => call.status !== 'in_progress', 70_000);
  expect(performance.now() - killedAt).toBeLessThan(60_000);
  expect(swept.endReason).toBe('swept');
  expect(textsOf(swept)).toEqual(['אפשר לקבוע טיפול לרכב?', 'בטח, רגע אחד.']);
  const next = await product.ring(inMidCall.number, SHORT);
  await next.streaming();
  next.hangUp();

  const delivered = (businessCall: { deliveries: readonly { status: string }[] }) =>
    businessCall.deliveries.some(({ status }) => status === 'delivered');
  expect(await callWhen(between, ended.sid, delivered, 60_000)).toMatchObject({ endReason: 'caller_hangup' });
  await callWhen(inMidCall, going.sid, delivered, 20_000);
  const transcriptAt = (path: string, callSid: string) =>
    receiver.deliveries
      .filter((post) => post.path === path && (post.body as { call_sid: string }).call_sid === callSid)
      .map((post) => (post.body as { transcript: string }).transcript);
  expect(transcriptAt(inMidCall.path, going.sid)).toEqual(['לקוח: אפשר לקבוע טיפול לרכב?\nסוכן: בטח, רגע אחד.']);
  const [transcript, ...more] = transcriptAt(between.path, ended.sid);
  expect(more).toEqual([]);
  expect(transcript).toContain('סוכן: קבעתי.');
}

async function drained({ db, product, points, callWhen }: RecoveryWorld): Promise<void> {
  const running = await receivingBusiness(db, product.receiver.url);
  const slow = await receivingBusiness(db, product.receiver.url);
  const web = await product.start('web');
  const end = await points.hold(slow.businessId, PLACES.end);
  const last = await product.ring(slow.number, SHORT);
  await runConversation({ call: last, script: SHORT });
  await end.reached();
  const call = await product.ring(running.number, SHORT);
  await call.streaming();

  const exit = web.terminate();
  const stopping = await until('readyz', async () => {
    const response = await fetch(`${product.url}/readyz`);
    return response.status === 503 ? await response.json() : null;
  });
  expect(stopping).toEqual({ status: 'stopping' });
  const late = await product.ring(running.number, SHORT);
  await late.ended;
  expect(late.streams).toEqual([]);
  expect(late.requests[0]).toMatchObject({ status: 200, error: null });
  expect(late.requests[0]?.body).toContain('<Say');
  expect(late.requests[0]?.body).toContain('<Hangup');

  // The whole conversation takes place while the process drains.
  const played = await runConversation({ call, script: SHORT });
  expect(played.completed).toBe(true);
  expect((await call.ended).endedBy).toBe('caller');
  // Only what is not written yet keeps the process.
  const idle = async () => {
    const metrics = await fetch(`${product.url}/metrics`)
      .then((response) => response.text())
      .catch(() => null);
    return metrics === null || /^prosaas_active_calls 0$/mu.test(metrics) ? true : null;
  };
  await until('no call left', idle);
  await end.release();
  expect(await exit).toBe(0);

  for (const [business, sid] of [
    [slow, last.sid],
    [running, call.sid],
  ] as const) {
    const written = await callWhen(business, sid, () => true);
    expect(written).toMatchObject({ status: 'ended', endReason: 'caller_hangup' });
    expect(textsOf(written)).toEqual([
      'עד מתי אתם פתוחים היום?',
      'היום עד שבע בערב.',
      'תודה רבה, להתראות.',
      'להתראות.',
    ]);
    const [outbox] = await points.query<{ dispatched_at: Date | null }>(
      "SELECT dispatched_at FROM outbox WHERE business_id = $1 AND job = 'call-finalize'",
      [business.businessId],
    );
    expect(outbox?.dispatched_at).not.toBeNull();
  }
}

async function answeredBeforeTheSignal({ db, product, points, callWhen }: RecoveryWorld): Promise<void> {
  const business = await receivingBusiness(db, product.receiver.url);
  const web = await product.start('web');
  // Twilio has our answer, and its stream is at the door.
  const token = await points.hold(business.businessId, { before: 'UPDATE ON stream_tokens' });
  const call = await product.ring(business.number, SHORT);
  await token.reached();
  const exit = web.terminate();
  await until('stopping', async () => (web.lines.some(({ event }) => event === 'web_stopping') ? true : null));
  await token.release();
  const played = await runConversation({ call, script: SHORT });
  expect(played.completed).toBe(true);
  expect(await exit).toBe(0);
  expect((await callWhen(business, call.sid, () => true)).endReason).toBe('caller_hangup');
}

async function endedAtTheDeadline({ db, product, callWhen }: RecoveryWorld): Promise<void> {
  const business = await receivingBusiness(db, product.receiver.url);
  const web = await product.start('web');
  const call = await product.ring(business.number, ENDLESS);
  void runConversation({ call, script: ENDLESS });
  await callWhen(business, call.sid, ({ turns }) => turns.length >= 2);
  const signalledAt = performance.now();
  expect(await web.terminate()).toBe(0);
  expect(performance.now() - signalledAt).toBeLessThan(40_000);
  expect((await call.ended).endedBy).toBe('rest');
  expect(await callWhen(business, call.sid, () => true)).toMatchObject({
    status: 'ended',
    endReason: 'ended_by_staff',
  });
}

/** Half of the conversation takes place without a database. */
const LONG = parseScript(`
title: שיחה בלי מסד נתונים
conversation:
  - caller: אפשר לקבוע טיפול לרכב?
  - agent: בטח, לאיזה יום?
  - caller: ביום שלישי בבוקר.
  - agent: באיזו שעה נוח לך?
  - caller: בתשע אם אפשר.
  - agent: קבעתי ליום שלישי בתשע.
  - caller: מעולה, תודה.
  - agent: להתראות.
  - hang_up: true
`);

async function databaseRestarted(): Promise<void> {
  const log = createLog({ level: 'silent' });
  const dataDir = await mkdtemp(join(tmpdir(), 'prosaas-recovery-'));
  const start = (port?: number) =>
    startEmbeddedPostgres({ dataDir, log, ...(port === undefined ? {} : { port }), settings: { fsync: 'off' } });
  let server = await start();
  await migrate(server.url);
  const db = await openDatabase({ url: server.url, maxConnections: 3, onConnectionError: () => undefined });
  const product = await openProduct({ root: process.cwd(), databaseUrl: server.url });
  try {
    const business = await receivingBusiness(db, product.receiver.url);
    const web = await product.start('web');
    const worker = await product.start('worker');
    const call = await product.ring(business.number, LONG);
    const played = runConversation({ call, script: LONG });
    await callWhen(db, business.businessId, call.sid, ({ turns }) => turns.some(({ speaker }) => speaker === 'agent'));
    await server.stop();
    const turnsHeard = () => web.lines.filter(({ event }) => event === 'call_write_failed').length;
    // The agent answers twice while nothing can be written.
    await until('the agent speaks on', async () => (call.heard.lines().includes(5) ? true : null));
    expect(turnsHeard()).toBeGreaterThan(0);
    expect(web.lines.some(({ event }) => event === 'call_ended')).toBe(false);
    server = await start(Number(new URL(server.url).port));

    const result = await played;
    expect(result.completed).toBe(true);
    expect(call.errors).toEqual([]);
    const written = await callWhen(
      db,
      business.businessId,
      call.sid,
      ({ deliveries }) => deliveries.some(({ status }) => status === 'delivered'),
      40_000,
    );
    expect(written.endReason).toBe('caller_hangup');
    expect(textsOf(written)).toEqual(
      LONG.conversation.flatMap((entry) =>
        entry.kind === 'agent' ? [entry.agent] : entry.kind === 'caller' ? [entry.caller] : [],
      ),
    );
    expect(product.receiver.deliveries).toHaveLength(1);
    expect((product.receiver.deliveries[0]?.body as { transcript: string }).transcript.split('\n')).toHaveLength(8);
    for (const { lines } of [web, worker]) expect(lines.some(({ level }) => level === 'fatal')).toBe(false);
  } finally {
    await product.close();
    await db.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const KILLED = 'killed in mid-call and before settling: closed within 60 s with its turns, its place free again';

describe('the web process', () => {
  sideBySide([
    { name: `${KILLED} (queue on Postgres)`, prove: () => withWorld(webKilled) },
    {
      name: `${KILLED} (queue on Redis)`,
      missing: redisMissing,
      prove: async () => withWorld(webKilled, await startRedis()),
    },
    {
      name: 'told to stop: says so, takes no new call, lets the running one finish and writes everything down',
      prove: () => withWorld(drained),
    },
    {
      name: 'told to stop between answer and stream: the caller who was told to wait is served',
      prove: () => withWorld(answeredBeforeTheSignal),
    },
    {
      name: 'told to stop with a call that does not end: ends it politely at the deadline',
      prove: () => withWorld(endedAtTheDeadline),
    },
    {
      name: 'without its database in mid-call: the caller notices nothing, and every turn is written when it is back',
      prove: databaseRestarted,
    },
  ]);
});
