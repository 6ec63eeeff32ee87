import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diskBlobs } from '../../platform/blobs/index.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp } from '../helpers/http.ts';
import { SOURCES } from '../helpers/settings-sources.ts';
import { aRecordedCall } from '../isolation/estate.ts';

/** A long recording, and readers who take it slowly, or not at all. */

const PIECE = 64 * 1024;
/** Half an hour in two channels, and more than the buffers of any connection. */
const PIECES = 1024;

let database: TestDatabase;
let server: AppServer;
let folder: string;
let listen: () => Promise<IncomingMessage>;
const seen = { read: 0, closed: 0 };

async function* sound() {
  try {
    for (let piece = 0; piece < PIECES; piece++) {
      seen.read++;
      yield Buffer.alloc(PIECE, 7);
    }
  } finally {
    seen.closed++;
  }
}

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'prosaas-'));
  const disk = diskBlobs(folder);
  const blobs = {
    ...disk,
    size: () => Promise.resolve(PIECES * PIECE),
    read: () => Promise.resolve(Readable.from(sound(), { objectMode: false, highWaterMark: PIECE })),
  };
  server = await startAppServer({ db: database.db, sources: SOURCES, blobs });
  const business = await demoBusiness(database.db);
  const { callSid } = await aRecordedCall({ db: database.db, blobs: disk }, business);
  const { cookie } = await signInOverHttp(server.url, business.email, business.password);
  listen = async () => {
    const asked = request(`${server.url}/calls/${callSid}/recording`, { agent: false, headers: { cookie } });
    asked.on('error', () => {});
    const [answer] = (await once(asked.end(), 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    return answer;
  };
});
afterAll(async () => {
  await server.close();
  await database.close();
  await rm(folder, { recursive: true });
});

test('who takes it slowly gets all of it', async () => {
  let bytes = 0;
  for await (const chunk of await listen()) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(PIECES * PIECE);
});

test('for who takes nothing and goes away hardly anything is read', async () => {
  Object.assign(seen, { read: 0, closed: 0 });
  const answer = await listen();
  // The other requests of this page are answered meanwhile: a reading without end would have come to its end.
  for (let other = 0; other < 20; other++) await (await fetch(`${server.url}/sign-in`)).text();
  answer.destroy();
  await expect.poll(() => seen.closed).toBe(1);
  expect(seen.read).toBeLessThan(PIECES / 2);
});
