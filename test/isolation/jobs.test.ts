import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { beginErasure } from '../../domain/privacy/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { recordingKey } from '../../domain/recordings/index.ts';
import type { JobDefinition } from '../../platform/queue/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { finalize } from '../../worker/call-finalize.ts';
import { linearWav } from '../../sandbox/twilio/call-recorder.ts';
import { withFetchedFile } from '../../worker/fetch-file.ts';
import { jobs } from '../../worker/jobs.ts';
import { jobHandlers } from '../../worker/run.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aContext, aDelivery, aReceiver, anEndedCall, type Receiver } from '../worker/fixtures.ts';
import { changedTables, idsOf, snapshotOf } from './snapshot.ts';

/**
 * Every job of the catalog. First with its own business's record: it does its work. Then a payload that names one
 * business and a record of another: whatever the job makes of it, nothing happens to the record. What a sweep hands to
 * the queue names each record beside the business it belongs to.
 */

type Context = ReturnType<typeof aContext>['context'];

interface JobEntry {
  /** A record the job has something to do with, as its payload names it. Called several times. */
  readonly make: (context: Context) => Promise<Readonly<{ businessId: string }> & Readonly<Record<string, string>>>;
  /** Tables of the record's business in which the job leaves something; none for one that only hands on to another. */
  readonly changes: readonly string[];
}

/**
 * Jobs that name records. One that names its business alone has nothing of another to ask for; `files`: it changes no
 * row, and its files lie under the business it names; `letter`: it changes no row (test/worker/mail.test.ts); `person`:
 * it is about a person and names no business.
 */
const JOBS: Readonly<Record<string, JobEntry | 'business' | 'sweep' | 'files' | 'letter' | 'person'>> = {
  'call-finalize': {
    make: async ({ db, clock }) => {
      const { businessId, callId } = await anEndedCall(db, clock.now());
      return { businessId, callId };
    },
    changes: ['calls'],
  },
  'call-analyze': {
    make: async (context) => {
      const { businessId, callId } = await anEndedCall(context.db, context.clock.now());
      await finalize(context, { businessId, callId });
      return { businessId, callId };
    },
    changes: ['call_insights'],
  },
  deliver: {
    make: async (context) => {
      const { businessId, deliveryId } = await aDelivery(context, receiver.url);
      return { businessId, deliveryId };
    },
    changes: ['deliveries', 'delivery_attempts'],
  },
  'recording-fetch': {
    make: async (context) => {
      const { businessId, callId } = await anEndedCall(context.db, context.clock.now());
      return { businessId, recordingId: await aRecording(context.db, businessId, callId, 'fetching') };
    },
    changes: ['recordings'],
  },
  'recording-remove': 'files',
  'recording-transcribe': {
    make: async (context) => {
      const { businessId, callId } = await anEndedCall(context.db, context.clock.now());
      await context.db.withBusiness(businessId, (tx) => tx.turn.updateMany({ data: { text: '' } }));
      await finalize(context, { businessId, callId });
      const recordingId = await aRecording(context.db, businessId, callId, 'stored');
      const of = { businessId, recordingId };
      await withFetchedFile(Readable.from([SILENCE]), { maxBytes: 1e6, signal: new AbortController().signal }, (file) =>
        context.blobs.putFile(recordingKey(of), file.path, file),
      );
      return of;
    },
    changes: ['recordings'],
  },
  'deliver-waiting': {
    make: async (context) => {
      const { businessId, deliveryId } = await aDelivery(context, receiver.url);
      const { destinationId } = await db.withBusiness(businessId, (tx) =>
        tx.delivery.findUniqueOrThrow({ where: { id: deliveryId } }),
      );
      return { businessId, destinationId: destinationId ?? '' };
    },
    changes: [],
  },
  'deliveries-replay': {
    make: async (context) => {
      const { businessId, deliveryId } = await aDelivery(context, receiver.url);
      const finishedAt = context.clock.now();
      const { destinationId } = await db.withBusiness(businessId, (tx) =>
        tx.delivery.update({
          where: { id: deliveryId },
          data: { status: 'failed', finishedAt, nextAttemptAt: null },
        }),
      );
      const around = (ms: number) => new Date(finishedAt.getTime() + ms).toISOString();
      return { businessId, destinationId, since: around(-1000), until: around(1000) };
    },
    changes: ['deliveries'],
  },
  'speech-render': 'business',
  'subject-erase': {
    make: async ({ db, clock }) => {
      const { businessId } = await anEndedCall(db, clock.now());
      const subject = { businessId, phone: '+972540000001' };
      const request = { actor: TEST_ACTOR, appSecret: 'test', forgetsOptOut: false, now: clock.now() };
      return { businessId, erasureId: await beginErasure(db, subject, request) };
    },
    changes: ['subject_erasures', 'audit_entries'],
  },
  'retention-purge': 'business',
  'retention-sweep': 'sweep',
  'mail-invitation': 'letter',
  'mail-password-reset': 'person',
  'calls-sweep': 'sweep',
};

/** A sound file in which nobody speaks. */
const SILENCE = linearWav([new Uint8Array(8000).fill(0xff), new Uint8Array(8000).fill(0xff)]);

async function aRecording(
  db: Database,
  businessId: string,
  callId: string,
  status: 'fetching' | 'stored',
): Promise<string> {
  const recordingSid = `RE${randomUUID().replaceAll('-', '')}`;
  const data = { businessId, callId, recordingSid, status } as const;
  return (await db.withBusiness(businessId, (tx) => tx.recording.create({ data }))).id;
}

let database: TestDatabase;
let db: Database;
let receiver: Receiver;

beforeAll(async () => {
  database = await testDatabase();
  ({ db } = database);
  receiver = await aReceiver();
});
afterAll(async () => {
  await receiver.close();
  await database.close();
});

const catalog: Readonly<Record<string, JobDefinition>> = jobs;
const names = Object.keys(jobs) as (keyof typeof jobs)[];
const keysOf = (name: string) => {
  const { payload } = catalog[name] as JobDefinition;
  return payload instanceof z.ZodObject ? Object.keys(payload.shape) : null;
};

function context() {
  return aContext(db, {
    allowHosts: [receiver.host],
    recordings: { download: async () => Readable.from([SILENCE]), remove: async () => {} },
    exportsOf: () => [{ plugin: 'p', name: 'n', url: receiver.url, headers: {}, body: {} }],
  });
}

/** Runs a job as a worker does; an `AppError` is a job that gave up. */
async function run(name: keyof typeof jobs, made: ReturnType<typeof context>, payload: object): Promise<void> {
  const handler = jobHandlers(made.context)[name] as (payload: object, run: object) => Promise<void>;
  const parsed = jobs[name].payload.parse(payload);
  try {
    await handler(parsed, { id: randomUUID(), attempt: 1, signal: new AbortController().signal });
  } catch (error) {
    if (!isAppError(error)) throw error;
  }
}

describe('every job of the catalog', () => {
  test('has an entry', () => {
    const missing = names.filter((name) => JOBS[name] === undefined);
    expect(
      missing.map(
        (name) =>
          `the job ${name} has no entry in JOBS of test/isolation/jobs.test.ts. Add '${name}': { make: (context) => …a payload whose record it works on, changes: ['table'] }, or 'business' when its payload is { businessId } alone, or 'sweep' when it is empty`,
      ),
    ).toEqual([]);
    expect(Object.keys(JOBS).filter((name) => !names.includes(name as keyof typeof jobs))).toEqual([]);
  });

  test.for(names)('%s names its business, or finds its work by look-ups alone', (name) => {
    const keys = keysOf(name);
    if (JOBS[name] === 'sweep') expect(keys).toEqual([]);
    else if (JOBS[name] === 'person') expect(keys).toEqual(['resetId']);
    else if (JOBS[name] === 'business') expect(keys).toEqual(['businessId']);
    else expect(keys).toContain('businessId');
  });
});

describe('a job that names one business and a record of another', () => {
  const withRecord = names.filter((name) => typeof JOBS[name] === 'object');

  test.for(withRecord)('%s does its work where both belong together, and nothing where they do not', async (name) => {
    const { make, changes } = JOBS[name] as JobEntry;
    const made = context();
    const own = await make(made.context);
    const before = await snapshotOf(database.url, own.businessId);
    const handed = made.enqueued.length;
    await run(name, made, own);
    if (changes.length === 0) expect(made.enqueued.length).toBeGreaterThan(handed);
    expect(changedTables(before, await snapshotOf(database.url, own.businessId))).toEqual(
      expect.arrayContaining([...changes]),
    );

    const victim = await make(made.context);
    const stranger = await make(made.context);
    const sent = receiver.received.length;
    const rowsOfVictim = await snapshotOf(database.url, victim.businessId);
    const [told, waiting] = [made.published.length, made.enqueued.length];
    await run(name, made, { ...victim, businessId: stranger.businessId });
    expect(changedTables(rowsOfVictim, await snapshotOf(database.url, victim.businessId))).toEqual([]);
    expect(receiver.received.length).toBe(sent);
    // Nor does a page of either hear of it.
    const others = Object.values(victim).filter((id) => id !== victim.businessId);
    expect(made.published.slice(told).filter((change) => others.includes(change.callId ?? ''))).toEqual([]);

    // A job that puts itself off asks again for just what it was asked for.
    const handedOn = made.enqueued.slice(waiting).filter(({ job }) => job !== name);
    const idsOfVictim = await idsOf(database.url, victim.businessId);
    expect(handedOn.flatMap(({ payload }) => Object.values(payload)).filter((id) => idsOfVictim.includes(id))).toEqual(
      [],
    );

    await run(name, made, victim);
    const changed = changedTables(rowsOfVictim, await snapshotOf(database.url, victim.businessId));
    expect(changed).toEqual(expect.arrayContaining([...changes]));
  });

  const sweeps = names.filter((name) => JOBS[name] === 'sweep');
  test.for(sweeps)('%s hands over records beside the business they belong to', async (name) => {
    const made = context();
    for (let index = 0; index < 3; index++) {
      await anEndedCall(db, made.clock.now());
      await aDelivery(made.context, receiver.url);
    }
    made.clock.advance(3_600_000);
    await run(name, made, {});
    expect(made.enqueued.length).toBeGreaterThan(3);
    for (const { payload } of made.enqueued) {
      for (const [key, id] of Object.entries(payload)) {
        if (key === 'businessId') continue;
        const found = await businessesOf(id);
        expect({ key, found }).toEqual({ key, found: [payload['businessId']] });
      }
    }
  });

  const ofBusiness = names.filter((name) => JOBS[name] === 'business');
  test.for(ofBusiness)('%s leaves other businesses as they are', async (name) => {
    const made = context();
    const [victim, stranger] = [await anEndedCall(db, made.clock.now()), await anEndedCall(db, made.clock.now())];
    const before = await snapshotOf(database.url, victim.businessId);
    await run(name, made, { businessId: stranger.businessId });
    await run(name, made, { businessId: randomUUID() });
    expect(changedTables(before, await snapshotOf(database.url, victim.businessId))).toEqual([]);
  });
});

/** The businesses of all rows that have this id, whichever table they stand in. */
function businessesOf(id: string): Promise<string[]> {
  return asSuperuser(async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
         AND 2 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('id', 'business_id'))`,
    );
    const parts = tables.map(({ name }) => `SELECT business_id::text AS id FROM "${name}" WHERE id::text = $1`);
    const { rows } = await client.query<{ id: string }>(parts.join(' UNION '), [id]);
    return rows.map((row) => row.id);
  }, database.url);
}
