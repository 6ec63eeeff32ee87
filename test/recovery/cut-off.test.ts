import { describe, expect } from 'vitest';
import { receivingBusiness } from '../../scripts/soak/product.ts';
import { runConversation } from '../../sandbox/conversation.ts';
import { parseScript } from '../../sandbox/script/parse.ts';
import { cuttableLine } from '../helpers/cuttable-line.ts';
import { redisMissing, startRedis } from '../helpers/redis.ts';
import { sideBySide } from './side-by-side.ts';
import { until } from './until.ts';
import { openWorld, type RecoveryWorld } from './world.ts';

/** The second half is spoken while the database is out of reach. */
const ON_AND_ON = parseScript(`
title: מנותקים ממסד הנתונים
conversation:
  - caller: אפשר לקבוע טיפול לרכב?
  - agent: בטח, לאיזה יום?
  - caller: ביום שלישי בבוקר.
  - agent: קבעתי ליום שלישי.
  - silence_ms: 600000
`);
const SPOKEN = ['אפשר לקבוע טיפול לרכב?', 'בטח, לאיזה יום?', 'ביום שלישי בבוקר.', 'קבעתי ליום שלישי.'];
const TRANSCRIPT =
  'לקוח: אפשר לקבוע טיפול לרכב?\nסוכן: בטח, לאיזה יום?\nלקוח: ביום שלישי בבוקר.\nסוכן: קבעתי ליום שלישי.';

/**
 * A web process that cannot reach the database for longer than its lease, while the worker can: its calls are swept and
 * delivered as dead ones are. One of them goes on, one ends meanwhile; then the process is back.
 */
async function cutOffFromDatabase({ databaseUrl, db, product, callWhen }: RecoveryWorld): Promise<void> {
  const { receiver } = product;
  const line = await cuttableLine(databaseUrl);
  try {
    const web = await product.start('web', { DATABASE_URL: line.url });
    const worker = await product.start('worker');
    const calls = [];
    for (const name of ['goes on', 'ends meanwhile']) {
      const business = await receivingBusiness(db, receiver.url, { max_total_calls: 1 });
      const call = await product.ring(business.number, ON_AND_ON);
      void runConversation({ call, script: ON_AND_ON });
      calls.push({ name, business, call });
    }
    const [goesOn, endsMeanwhile] = calls as [(typeof calls)[0], (typeof calls)[0]];
    for (const { business, call } of calls) {
      await callWhen(business, call.sid, ({ turns }) => turns.some(({ text }) => text === SPOKEN[0]));
    }
    line.cut();
    for (const { name, call } of calls) {
      await until(`${name}: the agent speaks on`, async () => (call.heard.lines().includes(3) ? true : null));
    }

    const posts = (path: string) => receiver.deliveries.filter((post) => post.path === path);
    for (const { name, business, call } of calls) {
      await until(`${name}: swept and delivered`, async () => posts(business.path)[0] ?? null, 75_000);
      expect(await callWhen(business, call.sid, () => true)).toMatchObject({ endReason: 'swept' });
      expect(call.status).toBe('in-progress');
    }
    endsMeanwhile.call.hangUp();
    await endsMeanwhile.call.ended;
    line.mend();

    // The call that goes on is one again, with the words of meanwhile, and holds its business's one place.
    const back = await callWhen(goesOn.business, goesOn.call.sid, ({ status }) => status === 'in_progress', 60_000);
    expect(back.endReason).toBeNull();
    expect(web.lines.filter(({ event, callId }) => event === 'call_revived' && callId === back.callId)).toHaveLength(1);
    const late = await product.ring(goesOn.business.number, ON_AND_ON);
    expect((await late.ended).endedBy).toBe('twiml');
    goesOn.call.hangUp();
    await goesOn.call.ended;

    for (const { name, business, call } of calls) {
      await until(`${name}: delivered with all its words`, async () => posts(business.path)[1] ?? null, 60_000);
      const final = await callWhen(
        business,
        call.sid,
        ({ status, deliveries }) => status === 'completed' && deliveries.every((one) => one.status === 'delivered'),
      );
      expect(final.endReason).toBe('caller_hangup');
      expect(final.turns.map(({ text }) => text)).toEqual(SPOKEN);
      expect(final.deliveries).toHaveLength(1);
      expect(final.deliveries[0]?.attempts.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
      const sent = posts(business.path);
      expect([name, sent.length]).toEqual([name, 2]);
      expect(new Set(sent.map((post) => post.headers['idempotency-key'])).size).toBe(1);
      expect((sent[1]?.body as { transcript: string }).transcript).toBe(TRANSCRIPT);
      const ends = (lines: typeof web.lines) =>
        lines.filter(({ event, callSid }) => event === 'call_ended' && callSid === call.sid);
      expect(ends(web.lines).map(({ endReason }) => endReason)).toEqual(['caller_hangup']);
      expect(ends(worker.lines).map(({ endReason }) => endReason)).toEqual(['swept']);
    }
  } finally {
    line.mend();
    await product.close();
    await line.close();
  }
}

async function onPostgres(): Promise<void> {
  const world = await openWorld();
  await cutOffFromDatabase(world).finally(() => world.close());
}

async function onRedis(): Promise<void> {
  const redis = await startRedis();
  const world = await openWorld({ redisUrl: redis.url });
  await cutOffFromDatabase(world)
    .finally(() => world.close())
    .finally(() => redis.stop());
}

describe('a web process cut off from its database for longer than its lease', () => {
  const name = 'goes on speaking; its swept calls are taken back, end once and are told in full, under one key';
  sideBySide([
    { name: `${name} (queue on Postgres)`, prove: onPostgres },
    { name: `${name} (queue on Redis)`, missing: redisMissing, prove: onRedis },
  ]);
});
