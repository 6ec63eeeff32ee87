import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { speechFrames } from '../../../sandbox/audio/speech.ts';
import { startSandboxRealtime } from '../../../sandbox/realtime/server.ts';
import type { SandboxRealtime, SandboxRealtimeOptions } from '../../../sandbox/realtime/server.ts';
import { script } from './harness.ts';

const TALK = script('  - agent: שלום לכם.\n  - caller: שלום.\n  - agent: מה נשמע?');
const KEY = { headers: { Authorization: 'Bearer key' } };

const running: SandboxRealtime[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options: SandboxRealtimeOptions = { script: TALK }): Promise<SandboxRealtime> {
  const server = await startSandboxRealtime(options);
  running.push(server);
  return server;
}

/** A client that collects events and lets the test wait for one. */
class Client {
  readonly events: RealtimeServerEvent[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly socket: WebSocket;
  private waiting: (() => void)[] = [];

  constructor(url: string, options: ClientOptions = KEY) {
    this.socket = new WebSocket(url, options);
    this.socket.on('message', (data: Buffer) => {
      this.events.push(JSON.parse(data.toString()) as RealtimeServerEvent);
      for (const wake of this.waiting.splice(0)) wake();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  send(event: object): void {
    this.socket.send(JSON.stringify(event));
  }

  async wait<T extends RealtimeServerEvent['type']>(type: T): Promise<Extract<RealtimeServerEvent, { type: T }>> {
    for (;;) {
      const found = this.events.find(
        (event): event is Extract<RealtimeServerEvent, { type: T }> => event.type === type,
      );
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  configure(): void {
    this.send({
      type: 'session.update',
      session: {
        type: 'realtime',
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            transcription: { model: 'gpt-transcribe', languages: ['he'] },
            turn_detection: { type: 'server_vad', create_response: false, interrupt_response: false },
          },
          output: { format: { type: 'audio/pcmu' }, voice: 'cedar' },
        },
      },
    });
  }
}

function refusal(url: string, options: ClientOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, options);
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on('open', () => {
      reject(new Error('accepted'));
    });
    socket.on('error', () => undefined);
  });
}

describe('the sandbox model on a real socket', () => {
  it('speaks, hears and answers', async () => {
    const server = await start();
    expect(server.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/v1\/realtime$/);
    const client = new Client(`${server.url}?model=gpt-realtime-2.1`);
    expect((await client.wait('session.created')).session).toMatchObject({ model: 'gpt-realtime-2.1' });
    client.configure();
    await client.wait('session.updated');
    client.send({ type: 'response.create' });
    const done = await client.wait('response.done');
    expect(done.response.status).toBe('completed');
    for (const frame of [
      ...speechFrames('שלום.', { voice: 'caller', line: 1 }),
      ...Array.from({ length: 40 }, () => new Uint8Array(160).fill(0xff)),
    ])
      client.send({ type: 'input_audio_buffer.append', audio: Buffer.from(frame).toString('base64') });
    const heard = await client.wait('conversation.item.input_audio_transcription.completed');
    expect(heard.transcript).toBe('שלום.');
    expect(server.connections).toHaveLength(1);
    expect(server.connections[0]).toMatchObject({
      model: 'gpt-realtime-2.1',
      open: true,
      spoken: [{ line: 0, text: 'שלום לכם.' }],
      heard: [{ text: 'שלום.', lines: [1] }],
    });
    expect(server.connections[0]?.received.get('response.create')).toBe(1);
  });

  it('gives each connection its own copy of its script', async () => {
    const other = script('  - agent: הקו השני.');
    const server = await start({ scriptFor: ({ number }) => (number === 1 ? other : TALK) });
    for (let n = 0; n < 3; n++) {
      const client = new Client(`${server.url}?model=gpt-realtime-2.1`);
      await client.wait('session.created');
      client.send({ type: 'response.create' });
      await client.wait('response.done');
    }
    expect(server.connections.map(({ spoken }) => spoken[0]?.text)).toEqual(['שלום לכם.', 'הקו השני.', 'שלום לכם.']);
  });

  it.each([
    ['no bearer', '?model=gpt-realtime-2.1', {}, 401],
    ['another path', 'x?model=gpt-realtime-2.1', KEY, 404],
  ])('refuses a handshake with %s', async (_name, suffix, options, status) => {
    const server = await start();
    expect(await refusal(server.url + suffix, options)).toBe(status);
  });

  it.each([
    ['without a model', '', KEY, 'missing_model'],
    ['with an unknown model', '?model=gpt-9', KEY, 'model_not_found'],
    [
      'in the beta’s shape',
      '?model=gpt-realtime-2.1',
      { headers: { ...KEY.headers, 'OpenAI-Beta': 'realtime=v1' } },
      'beta_api_shape_disabled',
    ],
  ])('turns away a connection %s', async (_name, suffix, options, code) => {
    const server = await start();
    const client = new Client(server.url + suffix, options);
    expect((await client.wait('error')).error.code).toBe(code);
    expect(await client.closed).toEqual({ code: 4000, reason: `invalid_request_error.${code}` });
  });

  it('refuses the first connections when told, then accepts', async () => {
    const flaky = script('  - agent: שלום.', 'model: { refuse_connection: 1 }');
    const server = await start({ script: flaky });
    expect(await refusal(`${server.url}?model=gpt-realtime-2.1`, KEY)).toBe(503);
    await new Client(`${server.url}?model=gpt-realtime-2.1`).wait('session.created');
  });

  it('drops the first connection without a close frame, and spares the next', async () => {
    const dropping = script('  - agent: שלום.', 'model: { drop_after_ms: 30, first_connections: 1 }');
    const server = await start({ script: dropping });
    expect((await new Client(`${server.url}?model=gpt-realtime-2.1`).closed).code).toBe(1006);
    const second = new Client(`${server.url}?model=gpt-realtime-2.1`);
    await second.wait('session.created');
    second.send({ type: 'response.create' });
    expect((await second.wait('response.done')).response.status).toBe('completed');
  });

  it('survives binary frames and clients that vanish', async () => {
    const server = await start();
    const client = new Client(`${server.url}?model=gpt-realtime-2.1`);
    await client.wait('session.created');
    client.send({ type: 'response.create' });
    client.socket.send(Buffer.from([1, 2, 3]));
    expect((await client.wait('error')).error.code).toBe('invalid_json');
    client.socket.terminate();
    await client.closed;
    await new Client(`${server.url}?model=gpt-realtime-2.1`).wait('session.created');
  });
});
