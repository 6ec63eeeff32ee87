import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { openEventStream, type EventStream } from '../helpers/event-stream.ts';
import { startHouse, type House } from '../helpers/house.ts';
import { ENTRIES } from './entries/index.ts';
import { aFinishedCall, type Estate, marksOf, neighbours } from './estate.ts';

/** Every stream of events: what happens in one business is heard by its people, and by nobody of another. */

let database: TestDatabase;
let house: House;
let victim: Estate;
let stranger: Estate;

beforeAll(async () => {
  database = await testDatabase();
  house = await startHouse(database);
  ({ victim, stranger } = await neighbours(house));
});
afterAll(async () => {
  await house.close();
  await database.close();
});

/** Every kind of change that code of the product publishes. */
const KINDS = ['call_opened', 'call_turns', 'call_ended', 'call_settled', 'call', 'delivery', 'lead', 'agent_speaking'];
const paths = ENTRIES.filter(({ kind }) => kind === 'stream').map(({ door }) => door.split(' ')[1] ?? '');

test.for(paths)('%s carries nothing of another business', async (path) => {
  const url = `${house.url}${path}`;
  const open = (who: Estate) => [
    openEventStream(url, { Cookie: who.owner.cookie }),
    openEventStream(url, { Cookie: who.agent.cookie }),
    openEventStream(url, { Authorization: `Bearer ${who.apiToken}` }),
  ];
  const [own, foreign] = [await Promise.all(open(victim)), await Promise.all(open(stranger))];
  try {
    await Promise.all([...own, ...foreign].map((stream) => stream.until(({ event }) => event === 'ready')));
    const { callId } = await aFinishedCall(house, victim);
    for (const kind of KINDS) await house.publish({ kind, businessId: victim.businessId, callId });
    // Whoever has heard of this one has had the time to hear of the others.
    const last = randomUUID();
    await house.publish({ kind: 'call_ended', businessId: stranger.businessId, callId: last });
    const names = (id: string) => (event: { data: Record<string, unknown> }) => event.data['callId'] === id;
    await Promise.all(foreign.map((stream) => stream.until(names(last))));
    await Promise.all(own.map((stream) => stream.until(names(callId))));

    const marks = await marksOf(house, victim);
    const told = (stream: EventStream) => JSON.stringify(stream.received);
    for (const stream of foreign) expect(marks.filter((mark) => told(stream).includes(mark))).toEqual([]);
    for (const stream of own) expect(told(stream)).not.toContain(last);
  } finally {
    for (const stream of [...own, ...foreign]) stream.close();
  }
});

test('no stream is had without a session or a token', async () => {
  for (const path of paths) {
    const response = await fetch(`${house.url}${path}`);
    expect(response.status).toBe(401);
    const wrong = await fetch(`${house.url}${path}`, { headers: { Authorization: `Bearer ${randomUUID()}` } });
    expect(wrong.status).toBe(401);
  }
});
