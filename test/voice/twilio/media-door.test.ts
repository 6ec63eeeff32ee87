import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DoorRig, STREAM, TwilioSocket, payloadOf, signatureFor } from './door-rig.ts';

let rig: DoorRig;
beforeEach(() => {
  rig = new DoorRig();
});
afterEach(() => rig.close());

const PATH = '/ws/twilio-media';

describe('the handshake', () => {
  test.for([
    ['without a slash, signed without', PATH, 'wss://calls.example/ws/twilio-media'],
    ['with a slash, signed with', `${PATH}/`, 'wss://calls.example/ws/twilio-media/'],
    ['without a slash, signed with', PATH, 'wss://calls.example/ws/twilio-media/'],
    ['with a slash, signed without', `${PATH}/`, 'wss://calls.example/ws/twilio-media'],
  ] as const)('%s is let in', async ([, path, url]) => {
    expect(await rig.ring({ path, signature: signatureFor(url) })).toBeInstanceOf(TwilioSocket);
    expect(rig.models).toHaveLength(1);
  });

  test.for([
    ['no signature', null],
    ['an empty one', ''],
    ['that of another account', signatureFor(undefined, 'another token')],
    ['that of another address', signatureFor('wss://evil.example/ws/twilio-media')],
    ['that of a webhook', signatureFor('https://calls.example/webhook/incoming_call')],
  ] as const)('%s is refused with 403, and no model is rung up for it', async ([, signature]) => {
    expect(await rig.ring({ signature })).toBe(403);
    expect(rig.models).toEqual([]);
    expect(rig.logged('stream_refused')).toHaveLength(1);
  });

  test.for(['/ws/other', '/ws/twilio-media-2', '/ws/twilio-media//', '/'])('%s is not this door', async (path) => {
    expect(await rig.ring({ path })).toBe(404);
  });
});

describe('a socket that is no stream', () => {
  test('says nothing for five seconds: it is closed, and its model with it', async () => {
    const socket = await rig.connect();
    await rig.clock.advance(4999);
    expect(rig.model.closedAt).toBeNull();
    await rig.clock.advance(1);
    expect(await socket.closed).toEqual({ code: 1008, reason: 'start_missing' });
    expect(rig.model.closedAt).toBe(5000);
  });

  test.for<[string, number, unknown]>([
    ['a binary frame', 1003, Buffer.from([1, 2, 3])],
    ['text that is not JSON', 1007, '{"event":"start"'],
    ['JSON that is no message', 1007, '42'],
    ['a known message of another shape', 1007, { event: 'media', streamSid: STREAM }],
    ['more than 64 KiB', 1009, JSON.stringify({ event: 'media', pad: 'x'.repeat(65 * 1024) })],
  ])('sends %s: closed with %i', async ([, code, message]) => {
    const socket = await rig.connect();
    socket.send(message);
    expect((await socket.closed).code).toBe(code);
    await vi.waitFor(() => expect(rig.model.closedAt).not.toBeNull());
  });

  test('sends a message of exactly 64 KiB, or of a kind we do not know yet: it stays', async () => {
    const socket = await rig.connect();
    const frame = (pad: string) => JSON.stringify({ event: 'news', pad });
    socket.send(frame('x'.repeat(64 * 1024 - frame('').length)));
    socket.start();
    await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
    expect(rig.logged('stream_event_unknown')).toHaveLength(1);
  });
});

describe('the start', () => {
  test('opens the call of its token, once, however often it is repeated', async () => {
    const socket = await rig.connect();
    socket.start();
    socket.start({ streamSid: 'MZ2', callSid: 'CA2' });
    socket.media(1);
    await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
    expect(rig.asked).toEqual([{ token: 'good', callSid: 'CA1' }]);
    expect(rig.activeCalls.get('CA1')).toBeDefined();
    expect(rig.logged('stream_started_twice')).toHaveLength(1);
  });

  test('with a token that is unknown or used up: refused, and nothing of it stays', async () => {
    rig.answer = () => Promise.resolve(null);
    const socket = await rig.connect();
    socket.start();
    expect(await socket.closed).toEqual({ code: 1008, reason: 'token_invalid' });
    expect(rig.model.closedAt).not.toBeNull();
    expect(rig.activeCalls.size).toBe(0);
    await rig.clock.advance(10_000);
    expect(rig.clock.pending).toBe(0);
  });

  test('without a token, or of a format that is not ours: refused unasked', async () => {
    const [one, other] = [await rig.connect(), await rig.connect()];
    one.start({ token: null });
    other.start({ encoding: 'audio/l16' });
    expect((await one.closed).reason).toBe('token_missing');
    expect((await other.closed).reason).toBe('format_unsupported');
    expect(rig.asked).toEqual([]);
  });

  test('while the database is away: closed, so that the action URL ends the call', async () => {
    rig.answer = () => Promise.reject(new Error('no database'));
    const socket = await rig.connect();
    socket.start();
    expect(await socket.closed).toEqual({ code: 1011, reason: 'call_open_failed' });
    expect(rig.model.closedAt).not.toBeNull();
  });
});

describe('out of turn', () => {
  test('media and stop before the start are no call; the five seconds go on', async () => {
    const socket = await rig.connect();
    socket.media(1);
    socket.stop();
    socket.media(2);
    await vi.waitFor(() => expect(rig.logged('stream_message_before_start')).toHaveLength(1));
    expect(rig.asked).toEqual([]);
    await rig.clock.advance(5000);
    expect((await socket.closed).reason).toBe('start_missing');
  });

  test('messages of another stream and of the other track are nobody’s audio', async () => {
    const socket = await rig.connect();
    socket.start();
    socket.media(1, { streamSid: 'MZ9' });
    socket.media(2, { track: 'outbound' });
    socket.media(3);
    await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
    rig.model.ready();
    await vi.waitFor(() => expect(rig.model.heard).toEqual([payloadOf(3)]));
    expect(rig.logged('stream_sid_foreign')).toHaveLength(1);
  });
});
