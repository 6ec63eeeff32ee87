import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openAiRealtime } from '../../../../voice/model/openai/connection.ts';
import type { ModelConnection, ModelEvent, ModelSetup } from '../../../../voice/model/speech-model.ts';
import { PlainServer } from './plain-server.ts';

const SETUP: ModelSetup = {
  instructions: 'ענה בעברית',
  voice: 'cedar',
  turnTaking: 'guarded',
  tools: [],
  keywords: ['דנה'],
};

let server: PlainServer;
let url: string;
let lines: ModelConnection[];
let events: ModelEvent[];
let logs: { event: string; fields: Readonly<Record<string, unknown>> }[];

beforeEach(async () => {
  server = new PlainServer();
  url = await server.listen();
  lines = [];
  events = [];
  logs = [];
});
afterEach(async () => {
  vi.useRealTimers();
  for (const line of lines) line.close();
  await server.close();
});

function connect(options: { models?: string[]; transcriptionModels?: string[] } = {}): ModelConnection {
  const { models = ['speech-1'], transcriptionModels = ['gpt-transcribe', 'whisper-1'] } = options;
  const [heard, written] = [events, logs];
  const open = openAiRealtime({
    url,
    apiKey: 'sk-test',
    models,
    transcriptionModels,
    log: (event, fields) => written.push({ event, fields }),
  });
  const line = open((event) => heard.push(event));
  lines.push(line);
  return line;
}

async function ready(): Promise<ModelConnection> {
  const connection = connect();
  connection.configure(SETUP);
  await vi.waitFor(() => expect(events).toEqual([{ type: 'ready' }]));
  return connection;
}

const peer = () => server.peers.at(-1)!;
const updates = () => server.peers.flatMap((each) => each.received.filter(({ type }) => type === 'session.update'));
const transcriptionOf = (update: Record<string, unknown> | undefined) =>
  (update as { session: { audio: { input: { transcription: { model: string } } } } }).session.audio.input.transcription;

describe('the connection', () => {
  test('asks for its model with its key, and without the header of the beta', async () => {
    await ready();
    expect(peer().model).toBe('speech-1');
    expect(peer().headers.authorization).toBe('Bearer sk-test');
    expect(peer().headers).not.toHaveProperty('openai-beta');
  });

  test('configured before it is open, or after: the configuration goes out once, behind session.created', async () => {
    await ready();
    expect(peer().received.map(({ type }) => type)).toEqual(['session.update']);
    const later = connect();
    await vi.waitFor(() => expect(server.peers).toHaveLength(2));
    later.configure(SETUP);
    await vi.waitFor(() => expect(events.filter(({ type }) => type === 'ready')).toHaveLength(2));
    later.close();
    expect(updates()).toHaveLength(2);
  });

  test('drops commands from before it is ready', async () => {
    const connection = connect();
    connection.send({ type: 'append', audio: 'AAAA' });
    connection.configure(SETUP);
    await vi.waitFor(() => expect(events).toHaveLength(1));
    connection.send({ type: 'append', audio: 'BBBB' });
    await vi.waitFor(() => expect(peer().received).toHaveLength(2));
    expect(peer().received[1]).toEqual({ type: 'input_audio_buffer.append', audio: 'BBBB' });
  });

  test('closed by us, says nothing more; configured after that, sends nothing and waits for nothing', async () => {
    server.onPeer = (each) => {
      each.send({ type: 'session.created', session: {} });
      each.send({ type: 'news' });
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const connection = connect();
    await vi.waitFor(() => expect(logs).toHaveLength(1), { interval: 1 });
    connection.close();
    const timers = vi.getTimerCount();
    connection.configure(SETUP);
    connection.close();
    expect(vi.getTimerCount()).toBe(timers);
    expect(await peer().closed).toBe(1000);
    expect(events).toEqual([]);
    expect(updates()).toEqual([]);
  });

  test('closed before it was open, leaves nothing behind', async () => {
    connect().close();
    await vi.waitFor(async () => expect(await Promise.all(server.peers.map((each) => each.closed))).toBeDefined());
    expect(events).toEqual([]);
  });

  test.for([
    ['a close', () => peer().close(1001), 'closed_1001'],
    ['a dead socket', () => peer().drop(), 'closed_1006'],
  ] as const)('that the server ends by %s in a call is reported once', async ([, end, code]) => {
    await ready();
    end();
    await vi.waitFor(() => expect(events).toHaveLength(2));
    await peer().closed;
    expect(events[1]).toEqual({ type: 'closed', code });
    expect(server.peers).toHaveLength(1);
  });
});

describe('when a speech model does not open', () => {
  test('the next of the list is tried, and carries the call', async () => {
    server.refuses = (model) => (model === 'gone' ? 404 : undefined);
    connect({ models: ['gone', 'speech-2'] }).configure(SETUP);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'ready' }]));
    expect([server.refused, peer().model]).toEqual([['gone'], 'speech-2']);
    expect(logs).toEqual([{ event: 'model_fallback', fields: { code: 'http_404', model: 'speech-2' } }]);
  });

  test('and none is left, the code says why', async () => {
    server.refuses = () => 503;
    connect({ models: ['a', 'b'] }).configure(SETUP);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'closed', code: 'http_503' }]));
    expect(server.refused).toEqual(['a', 'b']);
  });

  test('for want of credit, no other is tried: the account must be mended', async () => {
    server.onPeer = (each) =>
      each.send({ type: 'error', error: { type: 'invalid_request_error', code: 'insufficient_quota' } });
    connect({ models: ['a', 'b'] }).configure(SETUP);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'closed', code: 'insufficient_quota', permanent: true }]));
    expect(server.peers).toHaveLength(1);
  });

  test('because nobody is there, the call hears of it', async () => {
    await server.close();
    connect();
    await vi.waitFor(() => expect(events).toEqual([{ type: 'closed', code: 'econnrefused' }]));
  });

  test('because it never says session.created, it is given up after five seconds', async () => {
    server.onPeer = () => {};
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    connect().configure(SETUP);
    await vi.waitFor(() => expect(server.peers).toHaveLength(1), { interval: 1 });
    vi.advanceTimersByTime(4000);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(events).toEqual([{ type: 'closed', code: 'connect_timeout' }]);
  });

  test('because it never accepts the configuration, it is given up after five seconds', async () => {
    server.onEvent = () => {};
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    connect().configure(SETUP);
    await vi.waitFor(() => expect(updates()).toHaveLength(1), { interval: 1 });
    vi.advanceTimersByTime(5000);
    expect(events).toEqual([{ type: 'closed', code: 'configure_timeout' }]);
  });

  test('a call whose settings are slow to read is not given up meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const connection = connect();
    let greeted = false;
    server.onPeer = (each) => {
      each.send({ type: 'session.created', session: {} });
      each.send({ type: 'news' });
      greeted = true;
    };
    await vi.waitFor(() => expect(greeted && logs.length === 1).toBe(true), { interval: 1 });
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual([]);
    connection.configure(SETUP);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'ready' }]), { interval: 1 });
  });
});

describe('when a transcription model is refused', () => {
  const refuse = (names: readonly string[], error: object) => {
    server.onEvent = (each, event) => {
      const { model } = transcriptionOf(event);
      each.send(names.includes(model) ? { type: 'error', error } : { type: 'session.updated', session: {} });
    };
  };

  test('the next of the list is configured on the same connection', async () => {
    refuse(['gpt-transcribe'], {
      code: 'invalid_value',
      param: 'session.audio.input.transcription.model',
      message: '',
    });
    connect().configure(SETUP);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'ready' }]));
    expect(server.peers).toHaveLength(1);
    expect(updates().map(transcriptionOf)).toEqual([
      { model: 'gpt-transcribe', languages: ['he'], keywords: ['דנה'] },
      { model: 'whisper-1', language: 'he' },
    ]);
    expect(new Set(updates().map((update) => update['event_id'])).size).toBe(2);
  });

  test('and none is left, the connection is given up', async () => {
    refuse(['gpt-transcribe', 'whisper-1'], { code: 'model_not_found', message: 'Unknown transcription model' });
    connect().configure(SETUP);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'closed', code: 'model_not_found' }]));
  });

  test('a refusal that has nothing to do with it does not walk the list', async () => {
    refuse(['gpt-transcribe'], {
      code: 'invalid_value',
      param: 'session.audio.output.voice',
      message: 'Invalid voice',
    });
    connect().configure(SETUP);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'closed', code: 'invalid_value' }]));
    expect(updates()).toHaveLength(1);
  });
});

describe('messages', () => {
  test('that are unknown are logged once a type, malformed ones each time, and the call goes on', async () => {
    await ready();
    for (const message of [
      { type: 'brand.new' },
      { type: 'brand.new' },
      '{"type":',
      '[]',
      { type: 'response.created' },
    ]) {
      peer().send(message);
    }
    peer().send({ type: 'response.created', response: { id: 'r1' } });
    await vi.waitFor(() => expect(events[1]).toEqual({ type: 'response_created', responseId: 'r1' }));
    expect(logs).toEqual([
      { event: 'model_message_unknown', fields: { type: 'brand.new' } },
      { event: 'model_message_invalid', fields: { type: 'not_json' } },
      { event: 'model_message_invalid', fields: { type: 'no_type' } },
      { event: 'model_message_invalid', fields: { type: 'response.created' } },
    ]);
  });

  test('that say nothing new are passed over in silence', async () => {
    await ready();
    peer().send({ type: 'rate_limits.updated', rate_limits: [] });
    peer().send({ type: 'session.updated', session: {} });
    peer().send({ type: 'response.created', response: { id: 'r1' } });
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect(logs).toEqual([]);
  });

  test('an error about one of our commands names it, and the connection stays', async () => {
    await ready();
    peer().send({
      type: 'error',
      error: { type: 'invalid_request_error', code: 'x', message: 'm', event_id: 'truncate_3' },
    });
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect(events[1]).toEqual({ type: 'error', code: 'x', message: 'm', eventId: 'truncate_3', permanent: false });
  });
});

describe('who writes down what the caller says', () => {
  const failed = (error: object = { code: 'audio_unintelligible', message: 'Too noisy.' }) =>
    peer().send({ type: 'conversation.item.input_audio_transcription.failed', item_id: 'u', error });
  const transcribed = (usage?: object) =>
    peer().send({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 'u',
      transcript: 'כן',
      usage,
    });
  const models = () => updates().map((update) => transcriptionOf(update).model);
  const seen = (type: ModelEvent['type'], count: number) =>
    vi.waitFor(() => expect(events.filter((event) => event.type === type)).toHaveLength(count));

  async function talking(transcriptionModels: string[]): Promise<void> {
    connect({ transcriptionModels }).configure(SETUP);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'ready' }]));
  }

  test('a model that fails three times in a row is replaced by the next, in the session under way', async () => {
    await talking(['gpt-transcribe', 'whisper-1']);
    failed();
    failed();
    transcribed();
    failed();
    failed();
    await seen('transcript_failed', 4);
    expect(models()).toEqual(['gpt-transcribe']);
    failed();
    await vi.waitFor(() => expect(models()).toEqual(['gpt-transcribe', 'whisper-1']));
    expect(updates()[1]?.['session']).toEqual({
      type: 'realtime',
      audio: { input: { transcription: { model: 'whisper-1', language: 'he' } } },
    });
    expect(logs.map(({ event }) => event)).toContain('transcription_fallback');
  });

  test('a failure that names the model changes it at once; the last of the list stays', async () => {
    await talking(['gpt-transcribe', 'whisper-1']);
    failed({ code: 'model_not_found', message: 'The model gpt-transcribe does not exist.' });
    await vi.waitFor(() => expect(models()).toEqual(['gpt-transcribe', 'whisper-1']));
    for (let count = 0; count < 4; count++) failed({ code: 'model_not_found', message: 'no such model' });
    await seen('transcript_failed', 5);
    expect(models()).toHaveLength(2);
  });

  test('a change that is refused goes on to the next, and the call hears of none of it', async () => {
    await talking(['a', 'b', 'c']);
    server.onEvent = (from, event) => {
      const { event_id: eventId } = event;
      if (transcriptionOf(event).model === 'b')
        from.send({ type: 'error', error: { code: 'invalid_value', message: 'unsupported', event_id: eventId } });
    };
    failed({ code: 'model_error', message: '' });
    await vi.waitFor(() => expect(models()).toEqual(['a', 'b', 'c']));
    expect(events.some(({ type }) => type === 'error')).toBe(false);
  });

  test('an error about the transcription, out of the blue, changes the model', async () => {
    await talking(['a', 'b']);
    const param = 'session.audio.input.transcription.model';
    peer().send({ type: 'error', error: { code: 'invalid_value', message: 'retired', param } });
    await vi.waitFor(() => expect(models()).toEqual(['a', 'b']));
    expect(events).toEqual([{ type: 'ready' }]);
  });

  test('what was used is told with the model that was used', async () => {
    await talking(['gpt-transcribe', 'whisper-1']);
    transcribed({ type: 'tokens', input_tokens: 12, output_tokens: 3, input_token_details: { audio_tokens: 12 } });
    failed({ code: 'model_not_found', message: '' });
    await vi.waitFor(() => expect(models()).toHaveLength(2));
    transcribed({ type: 'duration', seconds: 1.5 });
    peer().send({
      type: 'response.done',
      response: {
        id: 'r',
        status: 'completed',
        usage: {
          input_token_details: {
            text_tokens: 100,
            audio_tokens: 50,
            cached_tokens: 84,
            cached_tokens_details: { text_tokens: 64, audio_tokens: 20 },
          },
          output_token_details: { text_tokens: 7, audio_tokens: 40 },
        },
      },
    });
    await seen('response_done', 1);
    const none = { textIn: 0, textInCached: 0, audioIn: 0, audioInCached: 0, textOut: 0, audioOut: 0, seconds: 0 };
    expect(events.flatMap((event) => (event.type === 'usage' ? [event.usage] : []))).toEqual([
      { ...none, kind: 'transcription', model: 'gpt-transcribe', audioIn: 12, textOut: 3 },
      { ...none, kind: 'transcription', model: 'whisper-1', seconds: 1.5 },
      {
        ...{ kind: 'speech', model: 'speech-1', seconds: 0 },
        ...{ textIn: 36, textInCached: 64, audioIn: 30, audioInCached: 20, textOut: 7, audioOut: 40 },
      },
    ]);
    // Told before the end of the response, which may end the call.
    expect(events.at(-1)?.type).toBe('response_done');
  });

  test('a usage that nobody can read costs the reply nothing', async () => {
    await talking(['a']);
    peer().send({
      type: 'response.done',
      response: { id: 'r', status: 'completed', usage: { input_token_details: 7 } },
    });
    await seen('response_done', 1);
    expect(events.map(({ type }) => type)).toEqual(['ready', 'response_done']);
  });
});
