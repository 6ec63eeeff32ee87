import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallSetup, loadCallSetup } from '../../domain/calls/index.ts';
import { settingsRegistry } from '../../domain/settings/index.ts';
import { keepRendered } from '../../domain/speech/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { plugins } from '../../plugins/index.ts';
import { SpeechLines } from '../../server/speech.ts';
import { aBusiness, aCall } from '../domain/fixtures.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const TEXTS = ['שלום.', 'רגע.', 'להתראות.'];
const registry = settingsRegistry(plugins);
const audioOf = (text: string) => Buffer.alloc(1000, text);

/** A business of which these texts are rendered, in the voice it has. */
async function aSpeakingBusiness(texts: readonly string[] = TEXTS) {
  const business = await aBusiness(test.db);
  for (const text of texts)
    await keepRendered(test.db, business.businessId, 'cedar', { text, audio: audioOf(text), durationMs: 125 });
  const setup = async (): Promise<CallSetup> => {
    const { callId } = await aCall(test.db, business);
    return loadCallSetup(test.db, business.businessId, callId, registry);
  };
  return { ...business, setup };
}

function lines(options: { texts?: readonly string[]; maxBytes?: number } = {}) {
  const asked: unknown[] = [];
  const time = { now: 0 };
  let transactions = 0;
  const db: Database = {
    ...test.db,
    withBusiness: (id, run) => {
      transactions++;
      return test.db.withBusiness(id, run);
    },
  };
  const speech = new SpeechLines({
    db,
    queue: { enqueue: async (job, payload) => void asked.push({ job, payload }) },
    registry,
    textsOf: () => options.texts ?? TEXTS,
    log: createLog({ level: 'silent' }),
    now: () => time.now,
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
  });
  return { speech, asked, time, reads: () => transactions };
}

describe('what a call can say at once', () => {
  it('is what was rendered in its voice, byte for byte; the audio is read for the first call alone', async () => {
    const business = await aSpeakingBusiness();
    const { speech, asked, reads } = lines();
    const first = await speech.of(await business.setup());
    expect([...first.keys()]).toEqual(TEXTS);
    expect(Buffer.from(first.get('רגע.')?.audio ?? []).equals(audioOf('רגע.'))).toBe(true);
    await speech.of(await business.setup());
    expect(reads()).toBe(1);
    expect(asked).toEqual([]);
  });

  it('calls that come in together read once', async () => {
    const business = await aSpeakingBusiness();
    const { speech, reads } = lines();
    const setups = await Promise.all([business.setup(), business.setup(), business.setup()]);
    const all = await Promise.all(setups.map((setup) => speech.of(setup)));
    expect(all.map((each) => each.size)).toEqual([3, 3, 3]);
    expect(reads()).toBe(1);
  });

  it('what is missing is left out, and asked for once in ten minutes', async () => {
    const business = await aSpeakingBusiness(['שלום.']);
    const { speech, asked, time } = lines();
    expect([...(await speech.of(await business.setup())).keys()]).toEqual(['שלום.']);
    await speech.of(await business.setup());
    expect(asked).toEqual([{ job: 'speech-render', payload: { businessId: business.businessId } }]);
    time.now = 10 * 60_000;
    await speech.of(await business.setup());
    expect(asked).toHaveLength(2);
  });

  it('a call after the rendering has it, without anybody being told', async () => {
    const business = await aSpeakingBusiness(['שלום.']);
    const { speech } = lines();
    await speech.of(await business.setup());
    await keepRendered(test.db, business.businessId, 'cedar', { text: 'רגע.', audio: audioOf('r'), durationMs: 1 });
    expect([...(await speech.of(await business.setup())).keys()]).toEqual(['שלום.', 'רגע.']);
  });

  it('another voice is another recording: none of the old one is played', async () => {
    const business = await aSpeakingBusiness();
    const { speech } = lines();
    await speech.of(await business.setup());
    await test.db.withBusiness(business.businessId, (tx) =>
      tx.businessSettings.update({ where: { businessId: business.businessId }, data: { voice: 'marin' } }),
    );
    expect((await speech.of(await business.setup())).size).toBe(0);
  });

  it('an expected call finds it in memory', async () => {
    const business = await aSpeakingBusiness();
    const { speech, reads } = lines();
    await speech.warm(business.businessId);
    const before = reads();
    expect((await speech.of(await business.setup())).size).toBe(3);
    await speech.warm(business.businessId);
    expect(reads()).toBe(before);
  });

  it('a database that fails costs the call its sentences and nothing else', async () => {
    const business = await aSpeakingBusiness();
    const setup = await business.setup();
    const broken = new SpeechLines({
      db: { ...test.db, withBusiness: () => Promise.reject(new Error('away')) },
      queue: { enqueue: () => Promise.reject(new Error('away')) },
      registry,
      textsOf: () => [...TEXTS, 'לא עובד.'],
      log: createLog({ level: 'silent' }),
      now: () => 0,
    });
    await broken.warm(business.businessId);
    expect((await broken.of(setup)).size).toBe(0);
  });

  it('memory is bounded: what was used longest ago goes first', async () => {
    const [old, recent] = [await aSpeakingBusiness(), await aSpeakingBusiness()];
    const { speech, reads } = lines({ maxBytes: 4500 });
    await speech.of(await old.setup());
    await speech.of(await recent.setup());
    expect(reads()).toBe(2);
    await speech.of(await recent.setup());
    expect(reads()).toBe(2);
    expect((await speech.of(await old.setup())).size).toBe(3);
    expect(reads()).toBe(3);
  });
});
