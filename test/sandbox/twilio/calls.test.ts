import twilio from 'twilio';
import { afterEach, describe, expect, test } from 'vitest';
import { read } from '../../../sandbox/audio/watermark.ts';
import { startSandboxTwilio, type SandboxTwilio, type SandboxTwilioOptions } from '../../../sandbox/twilio/index.ts';
import { connectTwiml, media, speechFrames, startApplication } from './application.ts';

const accountSid = 'AC' + 'a'.repeat(32);
const authToken = 'secret';
const numbers = { from: '+972501234567', to: '+97231234567' };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: Partial<SandboxTwilioOptions> = {}): Promise<SandboxTwilio> {
  const sandbox = await startSandboxTwilio({ accountSid, authToken, ...options });
  closers.push(() => sandbox.close());
  return sandbox;
}

async function application(answers: Parameters<typeof startApplication>[0]) {
  const app = await startApplication(answers);
  closers.push(() => app.close());
  return app;
}

/** An application whose calls are connected to its media socket, and a call to it. */
async function connected(
  options: {
    action?: string;
    actionTwiml?: string;
    after?: string;
    behaviour?: SandboxTwilioOptions['behaviour'];
  } = {},
) {
  const app = await application({
    '/voice': () =>
      connectTwiml(app.wsUrl, {
        statusCallback: `${app.url}/stream`,
        ...(options.action === undefined ? {} : { action: options.action }),
        ...(options.after === undefined ? {} : { after: options.after }),
      }),
    '/stream': '',
    '/status': '',
    '/ended': options.actionTwiml ?? '<Response><Hangup/></Response>',
  });
  const sandbox = await start();
  const call = sandbox.call({
    ...numbers,
    webhookUrl: `${app.url}/voice`,
    statusCallbackUrl: `${app.url}/status`,
    behaviour: options.behaviour ?? {},
  });
  const stream = await app.stream();
  const streamSid = (await stream.message('start'))['streamSid'] as string;
  return { app, sandbox, call, stream, streamSid };
}

describe('webhooks', () => {
  test('are signed over the URL and every form field, also the empty ones', async () => {
    const app = await application({ '/voice': '<Response><Hangup/></Response>' });
    const call = (await start()).call({ ...numbers, webhookUrl: `${app.url}/voice` });
    const { form, headers } = await app.visit('/voice');
    expect(form).toMatchObject({
      CallSid: call.sid,
      AccountSid: accountSid,
      From: numbers.from,
      Caller: numbers.from,
      To: numbers.to,
      Called: numbers.to,
      CallStatus: 'ringing',
      Direction: 'inbound',
      ApiVersion: '2010-04-01',
      FromCity: '',
    });
    const signature = String(headers['x-twilio-signature']);
    expect(twilio.validateRequest(authToken, signature, `${app.url}/voice`, form)).toBe(true);
    expect(twilio.validateRequest(authToken, signature, `${app.url}/voice`, { ...form, From: '+1' })).toBe(false);
    expect(await call.ended).toMatchObject({ status: 'completed', endedBy: 'twiml' });
  });

  test('are signed over the public URL while the request goes to loopback', async () => {
    const app = await application({ '/voice': () => connectTwiml('wss://agent.example/media') });
    const sandbox = await start({ rewriteUrl: (url) => url.replace(/^(https|wss):\/\/agent\.example/, app.url) });
    const call = sandbox.call({ ...numbers, webhookUrl: 'https://agent.example/voice' });
    const { form, headers } = await app.visit('/voice');
    const signature = String(headers['x-twilio-signature']);
    expect(twilio.validateRequest(authToken, signature, 'https://agent.example/voice', form)).toBe(true);
    expect(headers.host).toBe('agent.example');
    const stream = await app.stream();
    const handshake = String(stream.headers['x-twilio-signature']);
    expect(twilio.validateRequest(authToken, handshake, 'wss://agent.example/media', {})).toBe(true);
    call.hangUp();
    await call.settled;
  });

  test('a caller who hangs up while it rings leaves a call that nobody answered', async () => {
    const app = await application({ '/voice': { body: '', delay: new Promise(() => undefined) }, '/status': '' });
    const statusCallbackUrl = `${app.url}/status`;
    const call = (await start()).call({ ...numbers, webhookUrl: `${app.url}/voice`, statusCallbackUrl });
    await app.visit('/voice');
    call.hangUp();
    expect(await call.ended).toMatchObject({ status: 'no-answer', endedBy: 'caller' });
    expect((await app.visit('/status')).form).toMatchObject({ CallStatus: 'no-answer', CallDuration: '0' });
    await call.settled;
    expect(call.errors).toEqual([]);
  });

  test('a webhook redirected over HTTP is followed, signed anew', async () => {
    const app = await application({
      '/voice': { status: 302, body: '', location: '/moved?x=1' },
      '/moved': '<Response><Hangup/></Response>',
    });
    const call = (await start()).call({ ...numbers, webhookUrl: `${app.url}/voice` });
    const { method, headers } = await app.visit('/moved');
    expect(method).toBe('GET');
    const signature = String(headers['x-twilio-signature']);
    expect(twilio.validateRequest(authToken, signature, `${app.url}/moved?x=1`, {})).toBe(true);
    expect(await call.ended).toMatchObject({ endedBy: 'twiml' });
  });

  test('may come twice', async () => {
    const app = await application({ '/voice': '<Response><Hangup/></Response>' });
    const call = (await start()).call({ ...numbers, webhookUrl: `${app.url}/voice`, twice: true });
    const [first, second] = [await app.visit('/voice', 0), await app.visit('/voice', 1)];
    expect(second.form).toEqual(first.form);
    expect(second.headers['i-twilio-idempotency-token']).toBe(first.headers['i-twilio-idempotency-token']);
    await call.settled;
    expect(call.trace.filter((entry) => entry.step === 'Hangup')).toHaveLength(1);
  });

  test.each([
    ['an HTTP error', { status: 500, body: '' }, 11200],
    ['a wrong content type', { contentType: 'application/json', body: '{}' }, 12300],
    ['a broken document', { body: '<Response><Hangup></Response>' }, 12100],
    ['another document', { body: '<Html/>' }, 12102],
    ['no answer in time', { body: '', delay: new Promise(() => undefined) }, 11205],
  ])('%s ends the call with an application error', async (_, answer, code) => {
    const app = await application({ '/voice': answer });
    const sandbox = await start({ behaviour: { webhookTimeoutMs: 100 } });
    const call = sandbox.call({ ...numbers, webhookUrl: `${app.url}/voice` });
    expect(await call.ended).toMatchObject({ status: 'completed', endedBy: 'twiml' });
    expect(call.errors.map((error) => error.code)).toEqual([code]);
  });
});

describe('the media stream', () => {
  test('opens with connected and start, then a frame each 20 ms with counting strings', async () => {
    const { stream, call, streamSid } = await connected();
    await stream.message('media', (message) => (message['media'] as { chunk: string }).chunk === '10');
    expect(stream.messages[0]).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    expect(stream.messages[1]).toEqual({
      event: 'start',
      sequenceNumber: '1',
      streamSid,
      start: {
        accountSid,
        streamSid,
        callSid: call.sid,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { token: 't&1' },
      },
    });
    const frames = stream.messages.slice(2, 12);
    const payload = Buffer.alloc(160, 0xff).toString('base64');
    const first = Number((frames[0]!['media'] as { timestamp: string }).timestamp);
    expect(first).toBeLessThan(20);
    for (const [index, frame] of frames.entries()) {
      const timestamp = Number((frame['media'] as { timestamp: string }).timestamp);
      expect(Math.abs(timestamp - first - index * 20)).toBeLessThanOrEqual(1);
      expect(frame).toMatchObject({
        event: 'media',
        sequenceNumber: String(index + 2),
        streamSid,
        media: { track: 'inbound', chunk: String(index + 1), payload },
      });
    }
  });

  test('carries what the caller says, frame by frame, at the pace of speech', async () => {
    const { stream, call, sandbox } = await connected();
    const before = performance.now();
    const speech = call.speak(speechFrames(6, 25));
    const more = call.speak(speechFrames(7, 5));
    expect(more.startedAt - speech.startedAt).toBeCloseTo(500);
    const { startedAt, endedAt, delivered } = await speech.done;
    expect(endedAt - startedAt).toBeCloseTo(500);
    expect(delivered).toBe(25);
    expect(performance.now() - before).toBeGreaterThan(470);
    await more.done;
    const marks = () =>
      stream.messages.flatMap((message) => {
        if (message.event !== 'media') return [];
        const mark = read(Buffer.from((message['media'] as { payload: string }).payload, 'base64'));
        return mark === null ? [] : [`${mark.line}:${mark.frame}`];
      });
    await stream.message('media', () => marks().length === 30);
    expect(marks()).toEqual(
      [...Array(25).keys()].map((f) => `6:${f}`).concat([...Array(5).keys()].map((f) => `7:${f}`)),
    );
    expect(sandbox.calls).toHaveLength(1);
  });

  test('what is said while no stream listens is lost', async () => {
    const app = await application({ '/voice': '<Response><Pause length="60"/></Response>' });
    const call = (await start()).call({ ...numbers, webhookUrl: `${app.url}/voice` });
    expect(await call.speak(speechFrames(1, 3)).done).toMatchObject({ spoken: 3, delivered: 0 });
  });

  test('plays the agent in real time and returns marks when they were heard', async () => {
    const { stream, call, streamSid } = await connected();
    const audible: number[] = [];
    call.on('agentFrame', ({ watermark }) => audible.push(watermark?.frame ?? -1));
    const sentAt = performance.now();
    stream.send(media(streamSid, speechFrames(2, 15)));
    stream.send({ event: 'mark', streamSid, mark: { name: 'said' } });
    expect(await stream.message('mark')).toMatchObject({ streamSid, mark: { name: 'said' } });
    const took = performance.now() - sentAt;
    expect(took).toBeGreaterThan(295);
    expect(took).toBeLessThan(450);
    expect(audible).toEqual([...Array(15).keys()]);
    expect(call.heard.playedMsOf(2)).toBeCloseTo(300);
  });

  test('clear cuts what plays and sends the pending marks back unheard', async () => {
    const { stream, call, streamSid } = await connected();
    stream.send(media(streamSid, speechFrames(2, 100)));
    stream.send({ event: 'mark', streamSid, mark: { name: 'unheard' } });
    await call.events.next('agentFrame', ({ watermark }) => watermark?.frame === 3);
    const mark = call.events.next('mark');
    stream.send({ event: 'clear', streamSid });
    await stream.message('mark');
    expect(await mark).toMatchObject({ name: 'unheard', heard: false });
    expect(call.heard.playedMsOf(2)).toBeLessThan(200);
    expect(call.heard.dropped).toMatchObject([{ reason: 'clear', marks: ['unheard'] }]);
  });

  test('a message that breaks the protocol is a warning, once per stream, and is not obeyed', async () => {
    const { stream, call, streamSid } = await connected();
    const payload = Buffer.concat(speechFrames(1, 2)).toString('base64');
    stream.send({ event: 'media', streamSid: 'MZwrong', media: { payload } });
    stream.send({ event: 'media', streamSid, media: { payload, track: 'outbound' } });
    stream.send({ event: 'media', streamSid, media: { payload: 'RIFF…' } });
    stream.send({ event: 'mark', streamSid });
    stream.send({ event: 'hello', streamSid });
    stream.socket.send('not json');
    stream.socket.send(Buffer.from([1, 2, 3]));
    stream.send({ event: 'mark', streamSid, mark: { name: 'still alive' } });
    await stream.message('mark');
    expect(call.errors.map(({ code, count, streamSid: sid }) => ({ code, count, sid }))).toEqual([
      { code: 31951, count: 6, sid: streamSid },
      { code: 31950, count: 1, sid: streamSid },
    ]);
    expect(call.heard.runs).toEqual([]);
  });

  test('keys are pressed into the stream', async () => {
    const { stream, call } = await connected();
    await call.pressDigits('1#');
    const digits = stream.messages.filter((message) => message.event === 'dtmf').map((message) => message['dtmf']);
    await stream.message('dtmf', (message) => (message['dtmf'] as { digit: string }).digit === '#');
    expect(digits[0]).toEqual({ track: 'inbound_track', digit: '1' });
  });
});

describe('how a stream ends', () => {
  test('the server closes it: the action is posted and its TwiML followed', async () => {
    const { stream, call, app } = await connected({ action: '/ended', after: '<Say>never</Say>' });
    stream.socket.close(1000);
    const { form, headers } = await app.visit('/ended');
    expect(form).toMatchObject({ CallSid: call.sid, CallStatus: 'in-progress' });
    expect(twilio.validateRequest(authToken, String(headers['x-twilio-signature']), `${app.url}/ended`, form)).toBe(
      true,
    );
    expect(await call.ended).toMatchObject({ status: 'completed', endedBy: 'twiml' });
    await call.settled;
    expect(call.trace.map((entry) => entry.step)).not.toContain('Say');
    expect(stream.messages.some((message) => message.event === 'stop')).toBe(false);
    expect(app.visits.filter((visit) => visit.path === '/stream').map((visit) => visit.form['StreamEvent'])).toEqual([
      'stream-started',
      'stream-stopped',
    ]);
    expect((await app.visit('/status')).form).toMatchObject({ CallStatus: 'completed', CallDuration: '1' });
  });

  test('without an action the next verb follows', async () => {
    const { stream, call } = await connected({ after: '<Say>a</Say>' });
    stream.socket.close(1000);
    expect(await call.ended).toMatchObject({ endedBy: 'twiml' });
    expect(call.trace.map((entry) => entry.step)).toContain('Say');
  });

  test('with nothing after it the call is over', async () => {
    const { stream, call } = await connected();
    stream.socket.close(1000);
    expect(await call.ended).toMatchObject({ status: 'completed', endedBy: 'stream' });
  });

  test('a new Connect in the answer of the action opens a second stream of the same call', async () => {
    const app = await application({
      '/voice': () => connectTwiml(app.wsUrl, { action: '/again', token: 'one' }),
      '/again': () => connectTwiml(app.wsUrl, { token: 'two' }),
    });
    const call = (await start()).call({ ...numbers, webhookUrl: `${app.url}/voice` });
    (await app.stream(0)).socket.close();
    const second = await (await app.stream(1)).message('start');
    expect(second['start']).toMatchObject({ callSid: call.sid, customParameters: { token: 'two' } });
    expect(call.streams).toHaveLength(2);
    expect(call.streams[0]!.streamSid).not.toBe(call.streams[1]!.streamSid);
  });

  test('the caller hangs up: stop, then the action without effect, then the final status', async () => {
    const { stream, call, app } = await connected({
      action: '/ended',
      actionTwiml: '<Response><Say>x</Say></Response>',
    });
    call.hangUp();
    expect(await call.ended).toMatchObject({ status: 'completed', endedBy: 'caller' });
    expect(await stream.message('stop')).toMatchObject({ stop: { accountSid, callSid: call.sid } });
    await call.settled;
    expect((await app.visit('/ended')).form).toMatchObject({ CallStatus: 'completed' });
    expect((await app.visit('/status')).form).toMatchObject({ CallStatus: 'completed' });
    expect(call.trace.map((entry) => entry.step)).not.toContain('Say');
  });

  test('the final status can arrive before the stop', async () => {
    const { stream, call, app } = await connected({ behaviour: { finalOrder: 'status-first' } });
    call.hangUp();
    await app.visit('/status');
    expect(stream.messages.some((message) => message.event === 'stop')).toBe(false);
    await stream.message('stop');
    await call.settled;
  });

  test('a dropped socket closes without a stop and the call goes on', async () => {
    const { stream, call, app } = await connected({
      action: '/ended',
      actionTwiml: '<Response><Pause length="60"/></Response>',
    });
    call.dropSocket();
    expect(await stream.closed).toBe(1006);
    expect((await app.visit('/ended')).form).toMatchObject({ CallStatus: 'in-progress' });
    expect(stream.messages.some((message) => message.event === 'stop')).toBe(false);
    expect(call.errors.map((error) => error.code)).toEqual([31903]);
    expect(call.status).toBe('in-progress');
  });

  test('a silent socket sends nothing and answers nothing while the call stays up', async () => {
    const { stream, call, streamSid } = await connected();
    call.goSilentSocket();
    stream.send({ event: 'mark', streamSid, mark: { name: 'lost' } });
    let ponged = false;
    stream.socket.on('pong', () => (ponged = true));
    stream.socket.ping();
    const { delivered } = await call.speak(speechFrames(1, 10)).done;
    expect({ delivered, ponged, state: stream.socket.readyState, status: call.status }).toEqual({
      delivered: 0,
      ponged: false,
      state: 1,
      status: 'in-progress',
    });
    expect(stream.messages.some((message) => message.event === 'mark')).toBe(false);
  });

  test.each([
    ['a handshake that is refused', (app: { url: string }) => app.url.replace('http', 'ws') + '/elsewhere', 31920],
    ['a dead port', () => 'ws://127.0.0.1:9/media', 31902],
    ['another scheme', () => 'https://agent.example/media', 31922],
    ['unencrypted to the world', () => 'ws://agent.example/media', 31922],
    ['no URL at all', () => 'wss://', 31923],
  ])('%s is an error and the action follows', async (_, url, code) => {
    const app = await application({
      '/voice': () => connectTwiml(url(app), { action: '/ended', statusCallback: '/stream' }),
      '/stream': '',
      '/ended': '<Response><Hangup/></Response>',
    });
    const call = (await start()).call({ ...numbers, webhookUrl: `${app.url}/voice` });
    await call.settled;
    expect(call.errors.map((error) => error.code)).toContain(code);
    expect((await app.visit('/stream')).form).toMatchObject({
      StreamEvent: 'stream-error',
      StreamErrorCode: String(code),
    });
    expect((await app.visit('/ended')).form['CallSid']).toBe(call.sid);
  });

  test('a query string of the stream URL never arrives', async () => {
    const app = await application({ '/voice': () => connectTwiml(`${app.wsUrl}?token=lost`) });
    (await start()).call({ ...numbers, webhookUrl: `${app.url}/voice` });
    expect((await app.stream()).path).toBe('/media');
  });
});

test('two hundred calls in one process lose no frame', async () => {
  const app = await application({ '/voice': () => connectTwiml(app.wsUrl) });
  const sandbox = await start();
  const calls = Array.from({ length: 200 }, () => sandbox.call({ ...numbers, webhookUrl: `${app.url}/voice` }));
  await Promise.all(calls.map((call) => call.streaming()));
  const speeches = await Promise.all(calls.map((call) => call.speak(speechFrames(1, 50)).done));
  expect(speeches.every(({ delivered }) => delivered === 50)).toBe(true);
}, 30_000);
