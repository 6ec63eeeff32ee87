import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getCallBySid, writeCalls } from '../../domain/calls/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import type { JobQueue } from '../../platform/queue/index.ts';
import { CallWriter, WRITE_SOON_MS, WRITE_TOGETHER_MS } from '../../server/call-writer.ts';
import { type DatabaseRecorder, databaseRecorder } from '../../server/recorder.ts';
import { VirtualClock } from '../helpers/call/virtual-clock.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aBusiness, aCall, aTurn } from '../domain/fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const END = { reason: 'caller_hangup', heldMs: 0, timings: {} } as const;

/** A house whose database counts transactions and can be told to fail, and whose queue keeps what it is given. */
class House {
  readonly clock = new VirtualClock();
  readonly jobs: object[] = [];
  transactions = 0;
  failing: (() => Error) | null = null;
  queueAway = false;
  readonly #db: Database = {
    ...test.db,
    withBusiness: async (businessId, run) => {
      this.transactions++;
      if (this.failing !== null) throw this.failing();
      return test.db.withBusiness(businessId, run);
    },
  };
  readonly #queue: JobQueue = {
    enqueue: async (job, payload, options) => {
      if (this.queueAway) throw new Error('queue away');
      this.jobs.push({ job, payload, id: options?.id });
    },
    close: async () => undefined,
  };
  readonly #log = createLog({ level: 'silent' });
  readonly #after = (ms: number, run: () => void) => this.clock.after(ms, run);
  readonly #writer = new CallWriter({ db: this.#db, queue: this.#queue, log: this.#log, after: this.#after });

  async call(business: { businessId: string; number: string }) {
    const { callId, callSid } = await aCall(test.db, business);
    const { businessId } = business;
    const saved: string[] = [];
    const recorder = databaseRecorder({
      writer: this.#writer,
      log: this.#log,
      after: this.#after,
      businessId,
      callId,
      callSid,
      onSaved: (kind) => saved.push(kind),
    });
    const read = () => getCallBySid(test.db, businessId, callSid);
    return { callId, recorder, read, saved };
  }

  /** Lets time pass until all is written. */
  async written(...recorders: readonly DatabaseRecorder[]): Promise<void> {
    let idle = false;
    void Promise.all(recorders.map((recorder) => recorder.idle())).then(() => (idle = true));
    while (!idle) {
      await this.clock.advance(WRITE_SOON_MS);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

let house: House;
let business: { businessId: string; number: string };
beforeEach(async () => {
  house = new House();
  business = await aBusiness(test.db, { maxTotalCalls: 50 });
});

describe('the calls of a process', () => {
  it('twenty that speak and hang up at once are a few transactions, not a few each', async () => {
    const calls = await Promise.all(Array.from({ length: 20 }, () => house.call(business)));
    await house.written(...calls.map(({ recorder }) => recorder));
    house.transactions = 0;
    for (const { recorder } of calls) {
      recorder.saveTurns([aTurn(0, 'agent', 'שלום'), aTurn(1, 'caller', 'ביי')]);
      recorder.callEnded(END);
      recorder.transcriptsSettled();
    }
    await house.written(...calls.map(({ recorder }) => recorder));
    // One that writes them, two around the jobs.
    expect(house.transactions).toBe(3);
    for (const { read, saved } of calls) {
      expect(await read()).toMatchObject({ status: 'ended', endReason: 'caller_hangup', turns: [{}, {}] });
      expect(saved).toEqual(['turns', 'ended', 'settled']);
    }
    const { businessId } = business;
    expect(house.jobs).toHaveLength(20);
    for (const { callId } of calls) {
      expect(house.jobs).toContainEqual({
        job: 'call-finalize',
        payload: { businessId, callId },
        id: `outbox-${callId}`,
      });
    }
  });

  it('what happens beside the words is kept in its order, and no more of it than a conversation has', async () => {
    const { callId, recorder, read, saved } = await house.call(business);
    recorder.happened({ kind: 'dtmf', atMs: 900, digit: '1\u0000' });
    await house.written(recorder);
    recorder.happened({ kind: 'tool', atMs: 1500, name: 'save_lead_details', failed: false });
    await house.written(recorder);
    const both = [
      { kind: 'dtmf', atMs: 900, digit: '1' },
      { kind: 'tool', atMs: 1500, name: 'save_lead_details', failed: false },
    ];
    expect(await read()).toMatchObject({ sideEvents: both });
    expect(saved).toEqual(['turns', 'turns']);

    for (let press = 0; press < 1000; press++) recorder.happened({ kind: 'dtmf', atMs: 2000 + press, digit: '5' });
    await house.written(recorder);
    expect((await read())?.sideEvents).toHaveLength(500);

    await test.db.withBusiness(business.businessId, (tx) =>
      tx.call.updateMany({ where: { id: callId }, data: { erasedAt: new Date(), sideEvents: [] } }),
    );
    await writeCalls(test.db, business.businessId, [{ callId, sideEvents: [{ kind: 'dtmf', atMs: 1, digit: '9' }] }]);
    expect((await read())?.sideEvents).toEqual([]);
  });

  it('a turn waits for others, for a moment; the end of a call waits for nothing', async () => {
    const { recorder, read } = await house.call(business);
    await house.written(recorder);
    house.transactions = 0;
    recorder.saveTurns([aTurn(0, 'agent', 'של')]);
    await house.clock.advance(WRITE_TOGETHER_MS - 1);
    recorder.saveTurns([aTurn(0, 'agent', 'שלום')]);
    expect(house.transactions).toBe(0);
    await house.clock.advance(1);
    expect(house.transactions).toBe(1);
    await house.written(recorder);
    // Said twice meanwhile, written once, as it was said last.
    expect(house.transactions).toBe(1);
    expect(await read()).toMatchObject({ turns: [{ text: 'שלום' }] });

    recorder.saveTurns([aTurn(1, 'caller', 'ביי')]);
    recorder.callEnded(END);
    await house.clock.advance(WRITE_SOON_MS);
    expect(house.transactions).toBe(2);
    await house.written(recorder);
  });

  it('of two businesses never share a transaction', async () => {
    const other = await aBusiness(test.db);
    const calls = [await house.call(business), await house.call(other)];
    await house.written(...calls.map(({ recorder }) => recorder));
    expect(house.transactions).toBe(2);
  });

  it('more than fit into one transaction are all written', async () => {
    const big = await aBusiness(test.db, { maxTotalCalls: 500 });
    const calls = await Promise.all(Array.from({ length: 130 }, () => house.call(big)));
    await house.written(...calls.map(({ recorder }) => recorder));
    expect(house.transactions).toBe(2);
    for (const { read } of calls) expect((await read())?.streamStartedAt).not.toBeNull();
  });
});

describe('what goes wrong', () => {
  it('a call that cannot be written does not keep the others of its transaction from being written', async () => {
    const good = await house.call(business);
    const bad = await house.call(business);
    await house.written(good.recorder, bad.recorder);
    good.recorder.saveTurns([aTurn(0, 'agent', 'שלום')]);
    // More than the column holds.
    bad.recorder.saveTurns([{ ...aTurn(0, 'agent', 'שלום'), position: 2 ** 40 }]);
    await house.written(good.recorder);
    expect(await good.read()).toMatchObject({ turns: [{ text: 'שלום' }] });
    // Mended, it is written as well.
    bad.recorder.saveTurns([aTurn(0, 'agent', 'שלום')]);
    await house.written(bad.recorder);
    expect(await bad.read()).toMatchObject({ turns: [{ text: 'שלום' }] });
  });

  it('while the database is away turns are kept, and written once when it is back', async () => {
    const { recorder, read, saved } = await house.call(business);
    await house.written(recorder);
    house.failing = () => new Error('database away');
    recorder.saveTurns([aTurn(0, 'agent', 'שלום')]);
    await house.clock.advance(60_000);
    recorder.saveTurns([aTurn(1, 'caller', 'ביי')]);
    recorder.callEnded(END);
    recorder.transcriptsSettled();
    await house.clock.advance(60_000);
    expect(saved).toEqual([]);
    house.failing = null;
    await house.written(recorder);
    expect(saved).toEqual(['turns', 'ended', 'settled']);
    expect(await read()).toMatchObject({ status: 'ended', turns: [{ text: 'שלום' }, { text: 'ביי' }] });
    expect(house.jobs).toHaveLength(1);
  });

  it('a queue that is away costs the call nothing: the sweep hands its job over', async () => {
    const { recorder, read, saved } = await house.call(business);
    house.queueAway = true;
    recorder.callEnded(END);
    recorder.transcriptsSettled();
    await house.written(recorder);
    expect(saved).toEqual(['ended', 'settled']);
    expect(await read()).toMatchObject({ status: 'ended' });
    const [row] = await test.db.withBusiness(business.businessId, (tx) =>
      tx.outbox.findMany({ where: { job: 'call-finalize' } }),
    );
    expect(row?.dispatchedAt).toBeNull();
  });
});
