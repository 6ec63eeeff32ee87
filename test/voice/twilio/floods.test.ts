import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  KEPT_MESSAGES,
  MAX_FRAGMENTS,
  MESSAGE_BURST,
  WAITING_STREAMS,
  WARM_STREAMS,
} from '../../../voice/twilio/limits.ts';
import type { AnsweredCall } from '../../../voice/twilio/media-options.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';
import { DoorRig, STREAM, TwilioSocket, payloadOf, signatureFor } from './door-rig.ts';

let rig: DoorRig;
beforeEach(() => {
  rig = new DoorRig();
});
afterEach(() => rig.close());

async function openCall(): Promise<TwilioSocket> {
  const socket = await rig.connect();
  socket.start();
  await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
  rig.model.ready();
  return socket;
}

describe('too much', () => {
  test('2,000 messages in a second: closed with a reason, one line in the log, the call ended as lost', async () => {
    const socket = await openCall();
    for (let index = 0; index < 2000; index++) socket.media(index % 128);
    await expectCut(socket, 'too_many_messages');
    expect(rig.model.heard.length).toBeLessThanOrEqual(MESSAGE_BURST);
    await rig.clock.advance(5000);
    expect(rig.ends).toEqual(['stream_lost']);
    expect(rig.activeCalls.size).toBe(0);
    expect(rig.clock.pending).toBe(0);
  });

  test('messages of a strange stream are one line in the log however many they are, and are counted', async () => {
    const socket = await openCall();
    for (let index = 0; index < 1500; index++) socket.media(1, { streamSid: 'MZ9' });
    await expectCut(socket, 'too_many_messages');
    expect(rig.logged('stream_sid_foreign')).toHaveLength(1);
    expect(rig.model.heard).toEqual([]);
  });

  test('pings are answered, and a flood of them is closed', async () => {
    const socket = await openCall();
    const ponged = new Promise((resolve) => socket.socket.once('pong', resolve));
    socket.socket.ping('are you there');
    expect(String(await ponged)).toBe('are you there');
    for (let index = 0; index < 2000; index++) socket.socket.ping();
    await expectCut(socket, 'too_many_messages');
  });

  test('pings alone are no sign of life before the start', async () => {
    const socket = await rig.connect();
    for (let second = 0; second < 5; second++) {
      socket.socket.ping();
      await rig.clock.advance(1000);
    }
    expect((await socket.closed).reason).toBe('start_missing');
  });
});

describe('fragments', () => {
  test('a message in pieces is one message', async () => {
    const socket = await rig.connect();
    const start = { streamSid: STREAM, start: { callSid: 'CA1', customParameters: { token: 'good' } } };
    const text = JSON.stringify({ event: 'start', ...start });
    const cut = Math.floor(text.length / 3);
    socket.socket.send(text.slice(0, cut), { fin: false });
    socket.socket.ping();
    socket.socket.send(text.slice(cut, 2 * cut), { fin: false });
    socket.socket.send(text.slice(2 * cut), { fin: true });
    await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
  });

  test('without end are closed, whole or empty', async () => {
    const socket = await rig.connect();
    for (let index = 0; index <= MAX_FRAGMENTS + 1; index++) socket.socket.send('', { fin: false });
    expect((await socket.closed).code).toBe(1008);
    expect(rig.logged('stream_socket_error')).toMatchObject([{ code: 'WS_ERR_TOO_MANY_BUFFERED_PARTS' }]);
    expect(rig.model.closedAt).not.toBeNull();
  });
});

describe('while a database takes its time', () => {
  test('fifteen seconds of audio are kept and not more; the call ends as soon as it is open', async () => {
    let give: (call: AnsweredCall) => void = () => {};
    rig.answer = () => new Promise((resolve) => (give = resolve));
    const socket = await rig.connect();
    socket.start();
    for (let index = 0; index <= KEPT_MESSAGES; index++) socket.media(1);
    expect(await socket.closed).toEqual({ code: 1011, reason: 'call_open_slow' });
    give(rig.answered());
    await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
    await rig.clock.advance(5000);
    expect(rig.ends).toEqual(['stream_lost']);
    expect(rig.activeCalls.size).toBe(0);
  });

  test('a few messages of 60 kB are as many as hundreds of frames', async () => {
    rig.answer = () => new Promise(() => {});
    const socket = await rig.connect();
    socket.start();
    const payload = 'A'.repeat(60_000);
    for (let index = 0; index < 6; index++) socket.send({ event: 'media', streamSid: STREAM, media: { payload } });
    expect((await socket.closed).reason).toBe('call_open_slow');
  });
});

test('a peer that reads nothing is cut once ten seconds of ours lie unread', { timeout: 20_000 }, async () => {
  await rig.close();
  rig = new DoorRig([testPlugin('speaker', { onModelReady: () => [{ type: 'say', text: 'ארוך' }] })]);
  const socket = await openCall();
  socket.socket.pause();
  // The kernels' own buffers hold minutes of telephone audio; but the clock is the test's.
  const { responseId, itemId } = rig.model.accepts();
  const audio = new Uint8Array(1_500_000 * 8).fill(0x20);
  rig.model.emit({ type: 'item_added', responseId, itemId, kind: 'message' });
  rig.model.emit({ type: 'audio', responseId, itemId, contentIndex: 0, audio });
  for (let second = 0; second < 1500 && rig.logged('stream_refused').length === 0; second++) {
    socket.media(0xff);
    await rig.clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(rig.logged('stream_refused')).toEqual([{ callSid: 'CA1', reason: 'line_backed_up' }]);
  await rig.clock.advance(1000);
  socket.socket.resume();
  await socket.closed;
  await rig.clock.advance(5000);
  expect(rig.ends).toEqual(['stream_lost']);
});

describe('handshakes', () => {
  test('of many replayed at once open no model’s line each: beyond some it waits for their start', async () => {
    await rig.port();
    const sockets = await Promise.all(Array.from({ length: WARM_STREAMS + 5 }, () => rig.connect()));
    expect(rig.models).toHaveLength(WARM_STREAMS);
    sockets.at(-1)?.start();
    await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
    expect(rig.models).toHaveLength(WARM_STREAMS + 1);
    await rig.clock.advance(5000);
    expect(rig.logged('stream_refused')).toHaveLength(WARM_STREAMS + 4);
  });

  test('beyond a thousand without a start are told 503', { timeout: 20_000 }, async () => {
    await rig.port();
    for (let ring = 0; ring < WAITING_STREAMS / 50; ring++) {
      await Promise.all(Array.from({ length: 50 }, () => rig.connect()));
    }
    expect(await rig.ring()).toBe(503);
    expect(rig.logged('stream_refused')).toEqual([{ reason: 'too_many_waiting' }]);
    await rig.clock.advance(5000);
    expect(await rig.ring()).toBeInstanceOf(TwilioSocket);
  });

  test('of one address take a quarter of the places; the others’ calls come in, and its own places come back', async () => {
    await rig.close();
    rig = new DoorRig([], { sockets: 100, waiting: 20, waitingOfAddress: 5 });
    const from = (address: string) => rig.ring({ address });
    const replayed = await Promise.all(Array.from({ length: 5 }, () => from('a')));
    expect(await from('a')).toBe(429);
    expect(await from('b')).toBeInstanceOf(TwilioSocket);
    expect(rig.logged('stream_refused')).toEqual([{ reason: 'too_many_of_address' }]);
    // A call is no longer one of those that wait.
    (replayed[0] as TwilioSocket).start();
    await vi.waitFor(() => expect(rig.activeCalls.size).toBe(1));
    expect(await from('a')).toBeInstanceOf(TwilioSocket);
    expect(await from('a')).toBe(429);
    await rig.clock.advance(5000);
    expect(await from('a')).toBeInstanceOf(TwilioSocket);
  });

  test('beyond the sockets there may be in all are told 503; running calls go on', async () => {
    await rig.close();
    rig = new DoorRig([], { sockets: 3, waiting: 20, waitingOfAddress: 20 });
    const call = await openCall();
    const [waiting] = await Promise.all([rig.connect(), rig.connect()]);
    expect(await rig.ring()).toBe(503);
    expect(rig.logged('stream_refused')).toEqual([{ reason: 'too_many_sockets' }]);
    call.media(7);
    await vi.waitFor(() => expect(rig.model.heard).toEqual([payloadOf(7)]));
    waiting?.die();
    await vi.waitFor(async () => expect(await rig.ring()).toBeInstanceOf(TwilioSocket));
  });

  test('that offer compression are not given any', async () => {
    const port = await rig.port();
    const headers = { 'x-twilio-signature': signatureFor() };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/twilio-media`, { headers, perMessageDeflate: true });
    await once(socket, 'open');
    expect(socket.extensions).toBe('');
    socket.terminate();
  });

  test('with a query are not what was signed', async () => {
    expect(await rig.ring({ path: '/ws/twilio-media?token=x' })).toBe(403);
    const signed = signatureFor('wss://calls.example/ws/twilio-media?token=x');
    expect(await rig.ring({ path: '/ws/twilio-media?token=x', signature: signed })).toBe(403);
  });

  test('of an address that was refused too often get 429, but a signed one is let in', async () => {
    rig.tooOften = true;
    expect(await rig.ring({ signature: null })).toBe(429);
    expect(await rig.ring()).toBeInstanceOf(TwilioSocket);
    expect(rig.logged('stream_refused')).toEqual([{ reason: 'too_many_refused' }]);
  });

  test.for([
    ['without a key', 'GET', '', '400'],
    ['by POST', 'POST', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n', '400'],
  ] as const)('signed, but broken (%s): refused with a reason', async ([, method, key, status]) => {
    const answer = await raw(
      `${method} /ws/twilio-media HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\n${key}x-twilio-signature: ${signatureFor()}\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
    expect(rig.logged('stream_refused')).toEqual([{ reason: 'handshake_invalid' }]);
    expect(rig.models).toEqual([]);
  });

  test('that reset their connection in the middle of the refusal do not end the process', async () => {
    const port = await rig.port();
    for (let index = 0; index < 50; index++) {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          'GET /ws/twilio-media HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nmore',
        );
        setImmediate(() => socket.resetAndDestroy());
      });
      socket.on('error', () => {});
    }
    await vi.waitFor(() => expect(rig.logged('stream_refused').length).toBeGreaterThan(10));
    expect(await rig.ring()).toBeInstanceOf(TwilioSocket);
  });
});

/** Refused with this reason, and cut a second later whatever the peer does. */
async function expectCut(socket: TwilioSocket, reason: string): Promise<void> {
  await vi.waitFor(() => expect(rig.logged('stream_refused')).toEqual([{ callSid: 'CA1', reason }]));
  await rig.clock.advance(1000);
  expect(await socket.closed).toEqual({ code: 1008, reason });
}

/** What the door answers to this text. */
async function raw(text: string): Promise<string> {
  const port = await rig.port();
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
