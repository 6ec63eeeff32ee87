import twilio from 'twilio';
import { afterEach, describe, expect, test } from 'vitest';
import { startSandboxTwilio, type SandboxTwilio, type SandboxTwilioOptions } from '../../../sandbox/twilio/index.ts';
import { connectTwiml, speechFrames, startApplication } from './application.ts';

const accountSid = 'AC' + 'b'.repeat(32);
const authToken = 'secret';
const numbers = { from: '+972501234567', to: '+97231234567' };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function rig(answers: Parameters<typeof startApplication>[0] = {}, options: Partial<SandboxTwilioOptions> = {}) {
  const app = await startApplication(answers);
  closers.push(() => app.close());
  const sandbox = await startSandboxTwilio({ accountSid, authToken, ...options });
  closers.push(() => sandbox.close());
  const client = twilio(accountSid, authToken);
  client.api.baseUrl = sandbox.url;
  return { app, sandbox, client };
}

function post(sandbox: SandboxTwilio, path: string, fields: Record<string, string>, token = authToken) {
  return fetch(`${sandbox.url}/2010-04-01/Accounts/${accountSid}/${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}` },
    body: new URLSearchParams(fields),
  });
}

async function liveCall() {
  const made = await rig({
    '/voice': () => connectTwiml(made.app.wsUrl, { action: '/ended' }),
    '/ended': '<Response><Say>no</Say></Response>',
    '/other': '<Response><Pause length="60"/></Response>',
  });
  const call = made.sandbox.call({ ...numbers, webhookUrl: `${made.app.url}/voice` });
  await call.streaming();
  return { ...made, call, stream: await made.app.stream() };
}

describe('a live call over REST', () => {
  test('the npm client reads it', async () => {
    const { client, call } = await liveCall();
    expect(await client.calls(call.sid).fetch()).toMatchObject({
      sid: call.sid,
      status: 'in-progress',
      direction: 'inbound',
      from: numbers.from,
      to: numbers.to,
    });
  });

  test('is hung up with Status=completed', async () => {
    const { client, call, stream } = await liveCall();
    expect(await client.calls(call.sid).update({ status: 'completed' })).toMatchObject({ status: 'completed' });
    expect(await call.ended).toMatchObject({ status: 'completed', endedBy: 'rest' });
    await stream.message('stop');
    expect(await client.calls(call.sid).fetch()).toMatchObject({ status: 'completed', duration: '1' });
  });

  test('gets new TwiML: the stream stops, the interrupted action is posted in vain, the new document runs', async () => {
    const { client, call, stream, app } = await liveCall();
    const twiml = connectTwiml(app.wsUrl, { token: 'second leg' });
    expect(await client.calls(call.sid).update({ twiml })).toMatchObject({ status: 'in-progress' });
    await stream.message('stop');
    const second = await (await app.stream(1)).message('start');
    expect(second['start']).toMatchObject({ callSid: call.sid, customParameters: { token: 'second leg' } });
    expect(app.visits.filter((visit) => visit.path === '/ended')).toHaveLength(1);
    expect(call.trace.map((entry) => entry.step)).not.toContain('Say');
    expect(call.status).toBe('in-progress');
  });

  test('gets a new URL', async () => {
    const { client, call, app } = await liveCall();
    await client.calls(call.sid).update({ url: `${app.url}/other` });
    expect((await app.visit('/other')).form).toMatchObject({ CallSid: call.sid, CallStatus: 'in-progress' });
    expect(call.streams[0]!.closedBy).toBe('twilio');
  });
});

describe('refusals are those of Twilio', () => {
  test('ending an ended call is 404 with 20404, redirecting it 400 with 21220', async () => {
    const { client, call, sandbox } = await liveCall();
    call.hangUp();
    await call.ended;
    await expect(client.calls(call.sid).update({ status: 'completed' })).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
    const answer = await post(sandbox, `Calls/${call.sid}.json`, { Twiml: '<Response/>' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      code: 21220,
      message: 'Call is not in-progress. Cannot redirect.',
      more_info: 'https://www.twilio.com/docs/errors/21220',
      status: 400,
    });
  });

  test('an unknown call is 404, a wrong token 401 with 20003', async () => {
    const { client, sandbox } = await rig();
    await expect(client.calls(`CA${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    const answer = await post(sandbox, 'Calls.json', {}, 'wrong');
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({ status: 401, code: 20003 });
  });

  test.each([
    [{ From: '+97231234567', Url: 'http://x/' }, 21201],
    [{ To: '+97231234567', Url: 'http://x/' }, 21213],
    [{ To: '123', From: '+97231234567', Url: 'http://x/' }, 21211],
    [{ To: '+97231234567', From: '+97231234567' }, 21205],
  ])('a call that cannot be made: %o', async (fields, code) => {
    const { sandbox } = await rig();
    const answer = await post(sandbox, 'Calls.json', fields);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code });
    expect(sandbox.calls).toHaveLength(0);
  });

  test('faults can be switched on and off while it runs', async () => {
    const { client, call, sandbox } = await liveCall();
    sandbox.setFault({ kind: 'down' });
    await expect(client.calls(call.sid).fetch()).rejects.toThrow(/socket hang up|ECONNRESET/);
    sandbox.setFault({ kind: 'error', status: 503, on: 'update' });
    await expect(client.calls(call.sid).update({ status: 'completed' })).rejects.toMatchObject({ status: 503 });
    expect((await client.calls(call.sid).fetch()).status).toBe('in-progress');
    sandbox.setFault({ kind: 'not-found', times: 1 });
    await expect(client.calls(call.sid).fetch()).rejects.toMatchObject({ code: 20404 });
    const before = performance.now();
    sandbox.setFault({ kind: 'slow', delayMs: 100 });
    await client.calls(call.sid).fetch();
    expect(performance.now() - before).toBeGreaterThan(95);
    sandbox.setFault(null);
    expect((await client.calls(call.sid).update({ status: 'completed' })).status).toBe('completed');
    expect(sandbox.restRequests.map((request) => request.status)).toEqual([null, 503, 200, 404, 200, 200]);
  });
});

describe('outbound calls', () => {
  test('ring, are answered, fetch their TwiML and report each status that was asked for', async () => {
    const { client, app, sandbox } = await rig({
      '/outbound': '<Response><Hangup/></Response>',
      '/status': '',
    });
    const created = await client.calls.create({
      to: '+972541111111',
      from: numbers.to,
      url: `${app.url}/outbound`,
      statusCallback: `${app.url}/status`,
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    });
    expect(created).toMatchObject({ status: 'queued', direction: 'outbound-api' });
    const call = sandbox.calls[0]!;
    await call.settled;
    expect((await app.visit('/outbound')).form).toMatchObject({ CallStatus: 'in-progress', Direction: 'outbound-api' });
    const reports = app.visits.filter((visit) => visit.path === '/status').map((visit) => visit.form);
    const inOrder = reports.sort((a, b) => Number(a['SequenceNumber']) - Number(b['SequenceNumber']));
    expect(inOrder.map((form) => form['CallStatus'])).toEqual(['initiated', 'ringing', 'in-progress', 'completed']);
  });

  test('several events in one field are accepted and never reported', async () => {
    const { sandbox, app } = await rig({ '/status': '' });
    const answer = await post(sandbox, 'Calls.json', {
      To: '+972541111111',
      From: numbers.to,
      Twiml: '<Response><Hangup/></Response>',
      StatusCallback: `${app.url}/status`,
      StatusCallbackEvent: 'initiated completed',
    });
    expect(answer.status).toBe(201);
    await sandbox.calls[0]!.settled;
    expect(app.visits).toEqual([]);
  });

  test.each(['busy', 'no-answer', 'failed'] as const)('end with %s when nobody takes them', async (outcome) => {
    const { client, app, sandbox } = await rig({ '/status': '' }, { dialPlan: () => ({ outcome, ringMs: 1 }) });
    const url = `${app.url}/never`;
    await client.calls.create({ to: '+972541111111', from: numbers.to, url, statusCallback: `${app.url}/status` });
    expect(await sandbox.calls[0]!.ended).toMatchObject({ status: outcome });
    expect((await app.visit('/status')).form).toMatchObject({ CallStatus: outcome, CallDuration: '0' });
    expect(app.visits.map((visit) => visit.path)).toEqual(['/status']);
  });

  test('tell what machine detection found', async () => {
    const { client, app } = await rig(
      { '/outbound': '<Response><Hangup/></Response>' },
      { dialPlan: () => ({ outcome: 'answer', answeredBy: 'machine_end_beep' }) },
    );
    const url = `${app.url}/outbound`;
    await client.calls.create({ to: '+972541111111', from: numbers.to, url, machineDetection: 'DetectMessageEnd' });
    expect((await app.visit('/outbound')).form['AnsweredBy']).toBe('machine_end_beep');
  });

  test('start one a second on a new account, and can be canceled while they wait', async () => {
    const { client, app, sandbox } = await rig({ '/outbound': '<Response><Pause length="60"/></Response>' });
    const fields = { to: '+972541111111', from: numbers.to, url: `${app.url}/outbound` };
    await client.calls.create(fields);
    const second = await client.calls.create(fields);
    await app.visit('/outbound');
    expect((await client.calls(second.sid).fetch()).status).toBe('queued');
    expect((await client.calls(second.sid).update({ status: 'canceled' })).status).toBe('canceled');
    expect(await sandbox.calls[1]!.ended).toMatchObject({ status: 'canceled', endedBy: 'rest' });
    expect(app.visits.filter((visit) => visit.path === '/outbound')).toHaveLength(1);
  });
});

describe('other verbs', () => {
  test('Dial tells its action what became of the leg', async () => {
    const dialTwiml = '<Response><Dial timeout="20" action="/dialled"><Number>+972522222222</Number></Dial></Response>';
    const { app, sandbox } = await rig(
      { '/voice': dialTwiml, '/dialled': '<Response><Hangup/></Response>' },
      { dialPlan: () => ({ outcome: 'answer', ringMs: 1, talkMs: 20 }) },
    );
    const call = sandbox.call({ ...numbers, webhookUrl: `${app.url}/voice` });
    const { form } = await app.visit('/dialled');
    expect(form).toMatchObject({ DialCallStatus: 'completed', DialCallDuration: '0', CallStatus: 'in-progress' });
    expect(call.dials).toMatchObject([{ to: '+972522222222', status: 'completed', callerId: numbers.from }]);
    sandbox.setDialPlan(() => ({ outcome: 'no-answer', ringMs: 1 }));
    sandbox.call({ ...numbers, webhookUrl: `${app.url}/voice` });
    expect((await app.visit('/dialled', 1)).form).toMatchObject({ DialCallStatus: 'no-answer' });
  });

  test('Record keeps what the caller said; it can be fetched a little later', async () => {
    const { app, sandbox } = await rig(
      {
        '/voice': '<Response><Record timeout="1" action="/recorded" recordingStatusCallback="/recording"/></Response>',
        '/recorded': '<Response><Hangup/></Response>',
        '/recording': '',
      },
      { behaviour: { recordingReadyMs: 60 } },
    );
    const call = sandbox.call({ ...numbers, webhookUrl: `${app.url}/voice` });
    await call.events.next('state', ({ status }) => status === 'in-progress');
    call.speak(speechFrames(1, 10));
    const { form } = await app.visit('/recorded');
    const url = form['RecordingUrl'] ?? '';
    const headers = { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` };
    expect((await fetch(`${url}.wav`, { headers })).status).toBe(404);
    expect((await app.visit('/recording')).form).toMatchObject({
      RecordingStatus: 'completed',
      RecordingSid: form['RecordingSid'],
    });
    expect((await fetch(`${url}.wav`)).status).toBe(401);
    const file = Buffer.from(await (await fetch(`${url}.wav`, { headers })).arrayBuffer());
    expect(file.subarray(0, 4).toString()).toBe('RIFF');
    expect(file.includes(Buffer.concat(speechFrames(1, 10)))).toBe(true);
  });

  test('Gather posts the keys, or goes on without them', async () => {
    const { app, sandbox } = await rig({
      '/voice': '<Response><Gather numDigits="2" action="/keys"><Say>press</Say></Gather></Response>',
      '/keys': '<Response><Gather timeout="0"/><Redirect>/over</Redirect></Response>',
      '/over': '<Response><Hangup/></Response>',
    });
    const call = sandbox.call({ ...numbers, webhookUrl: `${app.url}/voice` });
    await call.events.next('state', ({ status }) => status === 'in-progress');
    await call.pressDigits('42');
    expect((await app.visit('/keys')).form).toMatchObject({ Digits: '42' });
    await app.visit('/over');
    expect(await call.ended).toMatchObject({ endedBy: 'twiml' });
  });

  test('Reject refuses an unanswered call', async () => {
    const { app, sandbox } = await rig({ '/voice': '<Response><Reject reason="busy"/></Response>', '/status': '' });
    const statusCallbackUrl = `${app.url}/status`;
    const call = sandbox.call({ ...numbers, webhookUrl: `${app.url}/voice`, statusCallbackUrl });
    expect(await call.ended).toMatchObject({ status: 'busy' });
    expect(call.answeredAt).toBeNull();
    expect((await app.visit('/status')).form).toMatchObject({ CallStatus: 'busy', CallDuration: '0' });
  });
});
