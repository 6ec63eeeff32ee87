import { afterEach, describe, expect, test, vi } from 'vitest';
import { QUIET_LIMIT_MS } from '../../../voice/twilio/limits.ts';
import type { AnsweredCall } from '../../../voice/twilio/media-options.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';
import { DoorRig, STREAM, payloadOf } from './door-rig.ts';

let rig: DoorRig;
afterEach(async () => {
  vi.useRealTimers();
  await rig.close();
});

/** A door whose answer waits until the test gives it. */
function slowDoor() {
  rig = new DoorRig();
  let give: (call: AnsweredCall | null) => void = () => {};
  rig.answer = () => new Promise((resolve) => (give = resolve));
  return { open: () => give(rig.answered()) };
}

describe('while the call is being opened', () => {
  test('audio of the caller is kept and reaches the model in order', async () => {
    const { open } = slowDoor();
    const socket = await rig.connect();
    socket.start();
    for (let byte = 1; byte <= 5; byte++) socket.media(byte);
    await vi.waitFor(() => expect(rig.asked).toHaveLength(1));
    rig.model.ready();
    open();
    await vi.waitFor(() => expect(rig.model.heard).toHaveLength(5));
    socket.media(6);
    await vi.waitFor(() => expect(rig.model.heard).toEqual([1, 2, 3, 4, 5, 6].map(payloadOf)));
  });

  test('a model that is refused meanwhile is not forgotten: the apology is spoken', async () => {
    const { open } = slowDoor();
    const socket = await rig.connect();
    socket.start();
    await vi.waitFor(() => expect(rig.asked).toHaveLength(1));
    rig.model.emit({ type: 'closed', code: 'http_401', permanent: true });
    open();
    await vi.waitFor(() => expect(socket.received.some((message) => message.event === 'media')).toBe(true));
  });

  test('the caller hangs up: the call is opened, and ends at once', async () => {
    const { open } = slowDoor();
    const socket = await rig.connect();
    socket.start();
    socket.media(1);
    socket.stop();
    await vi.waitFor(() => expect(rig.asked).toHaveLength(1));
    open();
    await vi.waitFor(() => expect(rig.ends).toEqual(['caller_hangup']));
    await vi.waitFor(() => expect(rig.activeCalls.size).toBe(0));
    expect((await socket.closed).code).toBe(1000);
  });

  test('the socket dies: the call does not stay open for ever', async () => {
    const { open } = slowDoor();
    const socket = await rig.connect();
    socket.start();
    await vi.waitFor(() => expect(rig.asked).toHaveLength(1));
    socket.die();
    await vi.waitFor(() => expect(rig.logged('stream_closed')).toHaveLength(1));
    open();
    await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
    await rig.clock.advance(3000);
    expect(rig.ends).toEqual(['stream_lost']);
    expect(rig.activeCalls.size).toBe(0);
    expect(rig.clock.pending).toBe(0);
  });
});

/** A call that is open, with its model ready. */
async function openCall(...plugins: ConstructorParameters<typeof DoorRig>) {
  rig = new DoorRig(...plugins);
  const socket = await rig.connect();
  socket.start();
  await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
  rig.model.ready();
  return socket;
}

describe('an open call', () => {
  test('speaks to the line in media and marks of exactly its stream, and clears it when the caller interrupts', async () => {
    const speaker = testPlugin('speaker', {
      onModelReady: () => [{ type: 'say', text: 'שלום' }],
      onDtmf: () => [{ type: 'interrupt' }],
    });
    const socket = await openCall([speaker]);
    rig.model.says({ text: 'שלום', ms: 1000 });
    await rig.clock.advance(50);
    await vi.waitFor(() => expect(socket.received).toHaveLength(6));
    socket.send({ event: 'dtmf', streamSid: STREAM, dtmf: { track: 'inbound_track', digit: '1' } });
    await vi.waitFor(() => expect(socket.received).toHaveLength(7));
    expect(socket.received.map(({ event }) => event)).toEqual([
      'media',
      'mark',
      'media',
      'mark',
      'media',
      'mark',
      'clear',
    ]);
    expect(new Set(socket.received.map(({ streamSid }) => streamSid))).toEqual(new Set([STREAM]));
    const bytes = socket.received.map(({ media }) => Buffer.from(media?.payload ?? '', 'base64').length);
    expect(bytes.map((count) => count % 160)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(Object.keys(socket.received[0] ?? {}).sort()).toEqual(['event', 'media', 'streamSid']);
  });

  test('a mark of the line advances what was heard', async () => {
    const speaker = testPlugin('speaker', { onModelReady: () => [{ type: 'say', text: 'שלום' }] });
    const socket = await openCall([speaker]);
    rig.model.says({ text: 'שלום', ms: 200 });
    await rig.clock.advance(100);
    await vi.waitFor(() => expect(socket.received.filter(({ event }) => event === 'mark').length).toBeGreaterThan(1));
    const last = socket.received.findLast(({ event }) => event === 'mark')?.mark;
    socket.send({ event: 'mark', streamSid: STREAM, sequenceNumber: '4', mark: last });
    await vi.waitFor(() => expect(rig.records).toMatchObject([{ speaker: 'agent', text: 'שלום', interrupted: false }]));
  });

  test('ends with the stop of the line, and its socket and timers with it', async () => {
    const socket = await openCall();
    socket.stop();
    expect((await socket.closed).code).toBe(1000);
    expect(rig.ends).toEqual(['caller_hangup']);
    expect(rig.activeCalls.size).toBe(0);
    expect(rig.clock.pending).toBe(0);
    expect(rig.model.closedAt).not.toBeNull();
  });

  test('whose socket falls silent for ten seconds is half open, and is let go', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const socket = await openCall();
    await rig.clock.advance(QUIET_LIMIT_MS - 1);
    vi.advanceTimersByTime(QUIET_LIMIT_MS);
    expect(rig.logged('stream_quiet')).toEqual([]);
    await rig.clock.advance(1);
    vi.advanceTimersByTime(QUIET_LIMIT_MS);
    expect((await socket.closed).code).toBe(1006);
    await vi.waitFor(() => expect(rig.logged('stream_closed')).toHaveLength(1));
    await rig.clock.advance(3000);
    expect(rig.ends).toEqual(['stream_lost']);
  });

  test('a process that stops waits until no call is left', async () => {
    const socket = await openCall();
    let empty = false;
    const emptied = rig.activeCalls.empty().then(() => (empty = true));
    expect(rig.activeCalls.running()).toEqual(new Map([['business-1', ['call-1']]]));
    rig.activeCalls.endAll();
    await rig.clock.advance(100);
    expect(rig.ends).toEqual(['ended_by_staff']);
    expect(empty).toBe(false);
    socket.stop();
    await emptied;
    expect(rig.activeCalls.running().size).toBe(0);
  });
});
