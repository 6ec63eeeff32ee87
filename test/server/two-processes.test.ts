import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settingsRegistry, updateSettings } from '../../domain/settings/index.ts';
import { plugins } from '../../plugins/index.ts';
import { startSandboxRealtime, type SandboxRealtime } from '../../sandbox/realtime/server.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { MediaClient } from '../helpers/door-client.ts';
import { HOUSE_APP_SECRET, startHouse, type House } from '../helpers/house.ts';
import { postForm, type Visitor } from '../helpers/http.ts';
import { ENTRIES } from '../isolation/entries/index.ts';
import type { Ask, SignedEntry } from '../isolation/entry.ts';
import { neighbours, type Estate } from '../isolation/estate.ts';
import { changedTables, snapshotOf } from '../isolation/snapshot.ts';

/**
 * Several web processes behind one address, on one database: whichever of them Twilio's requests come to, and however
 * often, it is as if they had come once to one. One of them runs under a new secret already.
 */

const PUBLIC_URL = 'https://calls.example.test';

let database: TestDatabase;
let model: SandboxRealtime;
let houses: readonly [House, House];
let renewed: House;
let business: Estate;

beforeAll(async () => {
  database = await testDatabase();
  model = await startSandboxRealtime({ speed: 50 });
  const options = { modelUrl: model.url, publicUrl: PUBLIC_URL };
  const [first, second] = [await startHouse(database, options), await startHouse(database, options)];
  houses = [first, second];
  const appSecret = 'another-app-secret-of-more-than-thirty-two-characters';
  renewed = await startHouse(database, { ...options, appSecret, previousAppSecrets: [HOUSE_APP_SECRET] });
  business = (await neighbours(first)).victim;
  // A greeting tells who was let in; the calls of these tests are many.
  const speaking = { bot_speaks_first: true, greeting_message: 'שלום', max_total_calls: 100 };
  await updateSettings(database.db, business.businessId, speaking, settingsRegistry(plugins), {
    actor: TEST_ACTOR,
    role: 'system_admin',
  });
});
afterAll(async () => {
  await Promise.all([...houses, renewed].map((house) => house.close()));
  await model.close();
  await database.close();
});

const rows = () => snapshotOf(database.url, null);

async function post(house: House, { path, form = {} }: Ask): Promise<{ status: number; body: string }> {
  const signature = house.sign(path, form as Record<string, string>);
  const response = await postForm(house.url, path, form as Record<string, string>, { 'X-Twilio-Signature': signature });
  return { status: response.status, body: await response.text() };
}

async function ring(house: House, callSid: string): Promise<{ body: string; token: string }> {
  const form = { CallSid: callSid, AccountSid: 'AC1', From: '+972501234567', To: business.number };
  const { body } = await post(house, { path: '/webhook/incoming_call', form });
  return { body, token: /name="token" value="([^"]+)"/u.exec(body)?.[1] ?? '' };
}

/** A media stream that begins with this token; resolves with its code once it was refused, or `in` once it was let in. */
async function stream(
  house: House,
  callSid: string,
  token: string,
): Promise<{ outcome: 'in' | number; end: () => void }> {
  const headers = { 'x-twilio-signature': house.signStream() };
  const socket = new WebSocket(`${house.url.replace('http', 'ws')}/ws/twilio-media`, {
    headers,
    perMessageDeflate: false,
  });
  const client = new MediaClient(socket);
  await once(socket, 'open');
  client.start(`MZ${callSid.slice(2)}`, callSid, token);
  // The agent's voice, or a mark, is the first that comes to who was let in.
  const spoken = once(socket, 'message').then(() => 'in' as const);
  const outcome = await Promise.race([spoken, client.closed.then(({ code }) => code)]);
  return { outcome, end: () => socket.terminate() };
}

let calls = 0;
const sid = () => `CA${String(++calls).padStart(32, '0')}`;

describe('a webhook that Twilio sends again', () => {
  const signed = ENTRIES.filter((entry): entry is SignedEntry => entry.kind === 'signed');

  test.for(signed.map((entry) => [entry.door, entry] as const))('%s has the effect of one', async ([, entry]) => {
    const ask = entry.ask(await entry.make(houses[0], business));
    const first = await post(houses[0], ask);
    const [after, jobs] = [await rows(), houses.map((house) => house.jobs.length)];
    const again = await Promise.all([0, 1, 0, 1, 1].map((index) => post(houses[index] ?? houses[0], ask)));
    again.push(await post(renewed, ask));
    expect(again).toEqual(again.map(() => first));
    expect(changedTables(after, await rows())).toEqual([]);
    expect(houses.map((house) => house.jobs.length)).toEqual(jobs);
  });

  test.for(signed.map((entry) => [entry.door, entry] as const))('%s comes to both at once', async ([, entry]) => {
    const before = await rows();
    const [alone, twice] = [await entry.make(houses[0], business), await entry.make(houses[0], business)];
    await post(houses[0], entry.ask(alone));
    const between = await rows();
    const answers = await Promise.all([...houses, ...houses].map((house) => post(house, entry.ask(twice))));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    const added = (from: typeof before, to: typeof before) =>
      Object.fromEntries([...to].map(([table, all]) => [table, all.length - (from.get(table)?.length ?? 0)]));
    // As many rows as one webhook at one process brings about, apart from those that `make` brought about for it.
    const ofMake = added(before, between);
    const ofBoth = added(between, await rows());
    for (const [table, count] of Object.entries(ofBoth))
      expect({ table, count }).toEqual({
        table,
        count: expect.toSatisfy((given: number) => given <= (ofMake[table] ?? 0)) as number,
      });
  });
});

describe('a stream token', () => {
  test('lets one stream in, of eight that bring it to two processes at once, and none later', async () => {
    const callSid = sid();
    const { token } = await ring(houses[0], callSid);
    const streams = await Promise.all(
      Array.from({ length: 8 }, (_, index) => stream(houses[index % 2] ?? houses[0], callSid, token)),
    );
    expect(streams.map(({ outcome }) => outcome).sort()).toEqual([...Array<number>(7).fill(1008), 'in']);
    for (const house of houses) expect((await stream(house, callSid, token)).outcome).toBe(1008);
    streams.forEach(({ end }) => end());
  });
});

describe('while the secret is changed', () => {
  test('a call that rang before is connected by the process that runs under the new one', async () => {
    const callSid = sid();
    const before = await ring(houses[0], callSid);
    expect(await ring(renewed, callSid)).toEqual(before);
    const { outcome, end } = await stream(renewed, callSid, before.token);
    expect(outcome).toBe('in');
    end();
  });

  test('whoever is signed in stays signed in', async () => {
    const { cookie }: Visitor = business.owner;
    const page = await fetch(`${renewed.url}/calls`, { headers: { Cookie: cookie }, redirect: 'manual' });
    expect(page.status).toBe(200);
  });
});
