import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { openCall } from '../../domain/calls/index.ts';
import type { FuzzedDoor, Trial } from './door.ts';
import { weirdJson, weirdText } from './weird.ts';

/** The media socket: nearly always a signed handshake and a token that is good for one start, then messages of chance. */

interface Message {
  readonly kind:
    'media' | 'mark' | 'dtmf' | 'stop' | 'connected' | 'start' | 'unknown' | 'text' | 'json' | 'binary' | 'long';
  /** The field that is changed, if any. */
  readonly spoil: 'nothing' | 'streamSid' | 'inner' | 'value' | 'missing' | 'extra';
  readonly text: string;
  readonly value: unknown;
}

interface SocketInput {
  readonly handshake: 'signed' | 'unsigned' | 'wrong';
  readonly start: 'good' | 'late' | 'other token' | 'no token' | 'never';
  readonly messages: readonly Message[];
  readonly end: 'stop' | 'close' | 'cut';
}

const message: fc.Arbitrary<Message> = fc.record({
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant('media' as const) },
    { weight: 6, arbitrary: fc.constantFrom('mark' as const, 'dtmf' as const, 'connected' as const, 'start' as const) },
    { weight: 3, arbitrary: fc.constantFrom('unknown' as const, 'json' as const, 'stop' as const) },
    { weight: 1, arbitrary: fc.constantFrom('text' as const, 'binary' as const, 'long' as const) },
  ),
  spoil: fc.oneof(
    { weight: 4, arbitrary: fc.constant('nothing' as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'streamSid' as const,
        'inner' as const,
        'value' as const,
        'missing' as const,
        'extra' as const,
      ),
    },
  ),
  text: weirdText,
  value: weirdJson,
});

/** Longest that a socket may take to be over once its end is asked for, ms. */
const LIMIT_MS = 15_000;

export const SOCKET_DOOR: FuzzedDoor<SocketInput> = {
  name: 'media socket',
  share: 12,
  inputsOfRun: 7,
  inputs: fc.record({
    handshake: fc.oneof(
      { weight: 14, arbitrary: fc.constant('signed' as const) },
      { weight: 1, arbitrary: fc.constantFrom('unsigned' as const, 'wrong' as const) },
    ),
    start: fc.oneof(
      { weight: 10, arbitrary: fc.constant('good' as const) },
      {
        weight: 4,
        arbitrary: fc.constantFrom('late' as const, 'other token' as const, 'no token' as const, 'never' as const),
      },
    ),
    messages: fc.array(message, { minLength: 1, maxLength: 11, size: 'max' }),
    end: fc.constantFrom('stop' as const, 'close' as const, 'cut' as const),
  }),
  async play(trial, input) {
    const outcome = await converse(trial, input);
    const sent = input.messages.length + 1;
    const letIn = outcome !== '401' && outcome !== '403' && outcome !== '429';
    for (let index = 0; index < sent; index++) trial.tally.note('media socket', outcome, letIn);
    if (outcome === 'stuck') return `the socket was not over after ${LIMIT_MS} ms`;
    if (outcome.startsWith('1011')) return `the socket was closed with ${outcome}`;
    return trial.watch.answer(Number(outcome) >= 500 && Number(outcome) < 600 ? Number(outcome) : 200, '');
  },
};

/** What became of it: a status of the handshake, or the code with which the socket was closed. */
async function converse({ house, neighbours, port }: Trial, input: SocketInput): Promise<string> {
  const callSid = `CA${randomUUID().replaceAll('-', '')}`;
  const streamSid = `MZ${randomUUID().replaceAll('-', '')}`;
  const [, current = ''] = house.secrets;
  const opened = await openCall(
    house.db,
    { current },
    {
      callSid,
      accountSid: 'AC1',
      from: '+972501234567',
      to: neighbours.stranger.number,
      direction: 'inbound',
    },
  );
  const token = opened.kind === 'accepted' ? opened.streamToken : 'none';
  const path = '/ws/twilio-media';
  const signatures = { signed: house.signStream(), unsigned: undefined, wrong: house.sign(path) };
  const signature = signatures[input.handshake];
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    perMessageDeflate: false,
    headers: {
      'X-Forwarded-For': `203.0.${callSid.charCodeAt(5)}.${callSid.charCodeAt(6)}`,
      ...(signature === undefined ? {} : { 'X-Twilio-Signature': signature }),
    },
  });
  const start = {
    event: 'start',
    sequenceNumber: '1',
    streamSid,
    start: {
      streamSid,
      callSid,
      accountSid: 'AC1',
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: {
        ...(input.start === 'no token' ? {} : { token: input.start === 'other token' ? randomUUID() : token }),
      },
    },
  };
  return new Promise<string>((resolve) => {
    const timer = setTimeout(() => {
      socket.terminate();
      resolve('stuck');
    }, LIMIT_MS);
    const over = (outcome: string) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    socket.on('error', () => {});
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      over(String(response.statusCode));
    });
    socket.once('close', (code, reason) =>
      over(reason.length === 0 ? String(code) : `${code} ${reason.toString('utf8')}`),
    );
    socket.once('open', () => {
      const say = (what: string | Buffer) => socket.readyState === WebSocket.OPEN && socket.send(what);
      if (input.start !== 'late' && input.start !== 'never') say(JSON.stringify(start));
      for (const one of input.messages) say(wire(one, streamSid, callSid));
      if (input.start === 'late') say(JSON.stringify(start));
      if (input.end === 'stop') say(JSON.stringify({ event: 'stop', streamSid, stop: { callSid } }));
      // After what was said has arrived.
      if (input.end === 'cut') socket.ping(undefined, undefined, () => setImmediate(() => socket.terminate()));
      else socket.close(1000);
    });
  });
}

const FRAME = Buffer.alloc(160, 0xff).toString('base64');

function wire({ kind, spoil, text, value }: Message, streamSid: string, callSid: string): string | Buffer {
  if (kind === 'text') return text;
  if (kind === 'binary') return Buffer.from(text);
  if (kind === 'long') return 'x'.repeat(70_000);
  if (kind === 'json') return JSON.stringify(value) ?? '{}';
  const shapes: Record<Exclude<Message['kind'], 'text' | 'binary' | 'long' | 'json'>, Record<string, unknown>> = {
    media: { media: { track: 'inbound', chunk: '1', timestamp: '20', payload: FRAME } },
    mark: { mark: { name: 'm1' } },
    dtmf: { dtmf: { track: 'inbound_track', digit: '1' } },
    stop: { stop: { callSid } },
    connected: { protocol: 'Call', version: '1.0.0' },
    start: { start: { callSid, customParameters: { token: text } } },
    unknown: { [kind]: {} },
  };
  const shape: Record<string, unknown> = { event: kind, streamSid, ...shapes[kind] };
  const inner = shape[kind] as Record<string, unknown> | undefined;
  const last = inner === undefined ? undefined : Object.keys(inner).at(-1);
  switch (spoil) {
    case 'streamSid':
      shape['streamSid'] = value;
      break;
    case 'inner':
      shape[kind] = value;
      break;
    case 'value':
      if (inner !== undefined && last !== undefined) inner[last] = value;
      break;
    case 'missing':
      delete shape[kind];
      break;
    case 'extra':
      return `{"event":${JSON.stringify(kind)},"__proto__":${JSON.stringify(value) ?? 'null'},"streamSid":${JSON.stringify(text)}}`;
    case 'nothing':
  }
  return JSON.stringify(shape);
}
