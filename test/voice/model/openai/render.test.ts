import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { renderedText } from '../../../../sandbox/audio/rendered.ts';
import { speechFrames } from '../../../../sandbox/audio/speech.ts';
import { read } from '../../../../sandbox/audio/watermark.ts';
import { type SandboxRealtime, startSandboxRealtime } from '../../../../sandbox/realtime/server.ts';
import { closeness } from '../../../../voice/model/openai/closeness.ts';
import { RENDER_AGENT, RenderError, speechRenderer } from '../../../../voice/model/openai/render.ts';
import { type Peer, PlainServer } from './plain-server.ts';

const TEXT = 'שלום, הגעתם למרפאה. איך אפשר לעזור?';
/** Two seconds: a plausible length of the text. */
const AUDIO = Buffer.alloc(16_000, 0x2a);

describe('how close the spoken words are', () => {
  test.each([
    ['the same words, written otherwise', 'שָׁלוֹם – הגעתם למרפאה, איך אפשר לעזור', 1],
    ['a word left out', 'שלום, הגעתם למרפאה. איך לעזור?', 0.83],
    ['something else', 'אני כאן, במה מדובר?', 0.15],
    ['nothing', '', 0],
  ])('%s', (_what, spoken, expected) => {
    expect(closeness(TEXT, spoken)).toBeCloseTo(expected, 1);
  });
});

describe('a vendor that does as it is told', () => {
  let server: PlainServer;
  let url: string;
  beforeEach(async () => {
    server = new PlainServer();
    url = await server.listen();
  });
  afterEach(() => server.close());

  const render = (options: { models?: string[]; renderTimeoutMs?: number; connectTimeoutMs?: number } = {}) =>
    speechRenderer({ url, apiKey: 'sk-test', models: ['speech-1'], ...options });

  /** Says `words`, with `audio`, ending with `status`. */
  const says = (peer: Peer, words: string, audio = AUDIO, done: object = { status: 'completed' }) => {
    const part = { response_id: 'r', item_id: 'i' };
    for (let at = 0; at < audio.length; at += 4000) {
      const delta = audio.subarray(at, at + 4000).toString('base64');
      peer.send({ type: 'response.output_audio.delta', ...part, content_index: 0, delta });
    }
    peer.send({ type: 'response.output_audio_transcript.done', ...part, transcript: words });
    peer.send({ type: 'response.done', response: { id: 'r', ...done } });
  };

  /** What each connection answers to `response.create`, one entry a connection. */
  const answering = (...answers: ((peer: Peer) => void)[]) => {
    server.onEvent = (peer, { type }) => {
      if (type === 'session.update') peer.send({ type: 'session.updated', session: {} });
      if (type === 'response.create') answers[server.peers.indexOf(peer)]?.(peer);
    };
  };

  const failure = async (work: Promise<unknown>): Promise<RenderError> => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(RenderError);
    return error as RenderError;
  };

  test('the audio comes back byte for byte, asked for out of band in a session that cannot hear', async () => {
    answering((peer) => says(peer, 'שלום הגעתם למרפאה איך אפשר לעזור'));
    const rendered = await render()(TEXT, 'cedar');
    expect(Buffer.from(rendered.audio).equals(AUDIO)).toBe(true);
    expect(rendered.durationMs).toBe(2000);
    const peer = server.peers[0]!;
    expect(peer.headers).toMatchObject({ authorization: 'Bearer sk-test', 'user-agent': RENDER_AGENT });
    const [setup, create] = peer.received as { session?: object; response?: { instructions: string } }[];
    expect(setup?.session).toMatchObject({
      audio: {
        input: { turn_detection: null },
        output: { format: { type: 'audio/pcmu' }, voice: 'cedar' },
      },
      tools: [],
    });
    expect(setup?.session).not.toHaveProperty('audio.input.transcription');
    expect(create?.response).toMatchObject({ conversation: 'none', input: [] });
    expect(create?.response?.instructions).toContain(`«${TEXT}»`);
    await peer.closed;
  });

  test('other words are not taken: asked once more, on a line of its own', async () => {
    answering(
      (peer) => says(peer, 'אני כאן, במה מדובר?'),
      (peer) => says(peer, TEXT),
    );
    await expect(render()(TEXT, 'cedar')).resolves.toMatchObject({ durationMs: 2000 });
    expect(server.peers).toHaveLength(2);
  });

  test('other words twice: given up, and nobody hears them', async () => {
    answering(
      (peer) => says(peer, 'אני כאן, במה מדובר?'),
      (peer) => says(peer, 'אני כאן, במה מדובר?'),
    );
    const error = await failure(render()(TEXT, 'cedar'));
    expect(error).toMatchObject({ code: 'wrong_words', permanent: false });
    expect(error.message).not.toContain('שלום');
    expect(server.peers).toHaveLength(2);
  });

  test.each([
    ['cut short', AUDIO.subarray(0, 2000), 'too_short'],
    ['dragged out', Buffer.alloc(16_000 * 8, 0x2a), 'too_long'],
  ])('the right words in audio that is %s are not taken', async (_what, audio, reason) => {
    answering(
      (peer) => says(peer, TEXT, audio),
      (peer) => says(peer, TEXT, audio),
    );
    expect(await failure(render()(TEXT, 'cedar'))).toMatchObject({ code: 'wrong_words', reason });
  });

  test('a failed response and a dropped line are tried once more', async () => {
    answering(
      (peer) =>
        says(peer, '', Buffer.alloc(0), { status: 'failed', status_details: { error: { code: 'server_error' } } }),
      (peer) => peer.drop(),
    );
    expect(await failure(render()(TEXT, 'cedar'))).toMatchObject({ code: 'line_broken' });
    expect(server.peers).toHaveLength(2);
  });

  test('no quota: not tried again', async () => {
    answering((peer) =>
      peer.send({ type: 'error', error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'm' } }),
    );
    expect(await failure(render()(TEXT, 'cedar'))).toMatchObject({ code: 'model_error', permanent: true });
    expect(server.peers).toHaveLength(1);
  });

  test('a key that is refused at the door is permanent as well', async () => {
    server.refuses = () => 401;
    expect(await failure(render()(TEXT, 'cedar'))).toMatchObject({ reason: 'http_401', permanent: true });
    expect(server.refused).toHaveLength(1);
  });

  test('a model that does not open: the next of the list renders', async () => {
    server.refuses = (model) => (model === 'speech-1' ? 404 : undefined);
    answering((peer) => says(peer, TEXT));
    await expect(render({ models: ['speech-1', 'speech-2'] })(TEXT, 'cedar')).resolves.toBeDefined();
    expect(server.refused).toEqual(['speech-1']);
  });

  test('a server that says nothing is not waited for', async () => {
    server.onPeer = () => {};
    const error = await failure(render({ connectTimeoutMs: 40 })(TEXT, 'cedar'));
    expect(error).toMatchObject({ code: 'timeout', reason: 'connect' });
  });

  test('a reply that never ends is not waited for, and its line is closed', async () => {
    answering(
      () => {},
      () => {},
    );
    expect(await failure(render({ renderTimeoutMs: 40 })(TEXT, 'cedar'))).toMatchObject({ reason: 'audio' });
    await Promise.all(server.peers.map(({ closed }) => closed));
  });

  test('aborted in the middle: rejected at once, nothing is left open', async () => {
    const stop = new AbortController();
    answering(() => stop.abort(new Error('stopped')));
    await expect(render()(TEXT, 'cedar', stop.signal)).rejects.toThrow('stopped');
    await server.peers[0]!.closed;
    expect(server.peers).toHaveLength(1);
  });
});

describe('the model double', () => {
  let sandbox: SandboxRealtime;
  beforeEach(async () => {
    sandbox = await startSandboxRealtime({
      speed: 50,
      scriptFor: () => {
        throw new Error('a rendering took a call’s script');
      },
    });
  });
  afterEach(() => sandbox.close());

  test('speaks exactly the text, watermarked with a line that stands for it, and counts no call', async () => {
    const { audio } = await speechRenderer({ url: sandbox.url, apiKey: 'k', models: ['gpt-realtime-2.1'] })(
      TEXT,
      'cedar',
    );
    const mark = read(audio.subarray(0, 160));
    expect(renderedText(mark?.line ?? 0)).toBe(TEXT);
    const frames = speechFrames(TEXT, { voice: 'agent', line: mark?.line ?? 0 });
    expect(Buffer.compare(Buffer.from(audio), Buffer.concat(frames))).toBe(0);
    expect(sandbox.connections).toHaveLength(0);
    expect(sandbox.renderings).toHaveLength(1);
  });
});
