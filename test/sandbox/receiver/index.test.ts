import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  failRandomly,
  failThenSucceed,
  gone,
  startReceiver,
  type Receiver,
  type ReceiverProgram,
} from '../../../sandbox/receiver/index.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

function post(body: object = { n: 1 }, options: RequestInit = {}) {
  return fetch(`${receiver.url}/hook?x=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
    body: JSON.stringify(body),
    redirect: 'manual',
    ...options,
  });
}

async function statuses(count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let n = 0; n < count; n++) seen.push((await post({ n })).status);
  return seen;
}

describe('receiving', () => {
  test('keeps what arrived, parsed and raw', async () => {
    expect((await post({ transcript: 'סוכן: שלום' })).status).toBe(200);
    expect(receiver.deliveries).toMatchObject([
      {
        method: 'POST',
        path: '/hook?x=1',
        headers: { 'idempotency-key': 'k' },
        body: { transcript: 'סוכן: שלום' },
        answered: 200,
      },
    ]);
    expect(receiver.deliveries[0]!.rawBody.toString()).toBe('{"transcript":"סוכן: שלום"}');
  });

  test('next gives each delivery once, whether it came before or comes after', async () => {
    await post({ n: 1 });
    const first = await receiver.next();
    const second = receiver.next((delivery) => (delivery.body as { n: number }).n === 3);
    await post({ n: 2 });
    await post({ n: 3 });
    expect(first.body).toEqual({ n: 1 });
    expect((await second).body).toEqual({ n: 3 });
    expect((await receiver.next()).body).toEqual({ n: 2 });
    await expect(receiver.next(undefined, 20)).rejects.toThrow('3 arrived');
  });
});

describe('misbehaving', () => {
  test.each<[string, ReceiverProgram, number[]]>([
    ['a status for good', gone, [410, 410]],
    [
      'a list, whose last step stays',
      [
        { kind: 'answer', status: 503 },
        { kind: 'answer', status: 201 },
      ],
      [503, 201, 201],
    ],
    ['failing twice, then taking it', failThenSucceed(2), [500, 500, 200, 200]],
    [
      'by what was sent',
      (request) => ({ kind: 'answer', status: (request.body as { n: number }).n === 1 ? 422 : 200 }),
      [200, 422],
    ],
    ['a redirect', { kind: 'redirect', to: 'http://127.0.0.1:1/' }, [302]],
  ])('%s', async (_, program, expected) => {
    receiver.behave(program);
    expect(await statuses(expected.length)).toEqual(expected);
    expect(receiver.deliveries.map((delivery) => delivery.answered)).toEqual(expected);
  });

  test('asks for patience in seconds or by date', async () => {
    const date = new Date('2026-12-01T10:00:00Z');
    receiver.behave([
      { kind: 'retry_after', after: 7 },
      { kind: 'retry_after', after: date, status: 503 },
    ]);
    const [seconds, dated] = [await post(), await post()];
    expect([seconds.status, seconds.headers.get('retry-after')]).toEqual([429, '7']);
    expect([dated.status, dated.headers.get('retry-after')]).toEqual([503, 'Tue, 01 Dec 2026 10:00:00 GMT']);
  });

  test('answers late, not at all, with a broken connection, or with half an answer', async () => {
    receiver.behave([
      { kind: 'answer', delayMs: 60 },
      { kind: 'hang' },
      { kind: 'drop' },
      { kind: 'drop', midway: true },
    ]);
    const before = performance.now();
    expect((await post()).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(55);
    await expect(post({}, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/i);
    await expect(post()).rejects.toThrow('fetch failed');
    const half = await post();
    await expect(half.text()).rejects.toThrow();
    expect(receiver.deliveries.map((delivery) => delivery.answered)).toEqual([200, 'hung', 'dropped', 'dropped']);
  });

  test('fails a random share, the same for the same seed', async () => {
    receiver.behave(failRandomly({ share: 0.3, seed: 7 }));
    const first = await statuses(100);
    receiver.behave(failRandomly({ share: 0.3, seed: 7 }));
    expect(await statuses(100)).toEqual(first);
    const failed = first.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(15);
    expect(failed).toBeLessThan(45);
  });
});
