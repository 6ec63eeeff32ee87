import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type IncomingCall, type Switchboard, twilioWebhooks } from '../../server/webhooks.ts';
import { signatureCheck } from '../../voice/twilio/signature.ts';

const PUBLIC_URL = 'https://calls.example';
const TOKEN = 'secret-of-the-account';
const CALL = { CallSid: 'CA1', AccountSid: 'AC1', From: '+972501234567', To: '+97231234567', CallStatus: 'ringing' };

let server: Server;
let opened: IncomingCall[];
let over: string[];
let logs: { event: string; fields: Readonly<Record<string, unknown>> }[];
let switchboard: { -readonly [Key in keyof Switchboard]: Switchboard[Key] };

beforeEach(async () => {
  opened = [];
  over = [];
  logs = [];
  switchboard = {
    takesCalls: () => true,
    openCall: async (call) => {
      opened.push(call);
      return { kind: 'accepted', parameters: { token: `t-${call.callSid}`, leg: '1' } };
    },
    recordingReported: async () => {},
    callOver: async (callSid) => void over.push(callSid),
  };
  const router = twilioWebhooks({
    publicUrl: PUBLIC_URL,
    signature: signatureCheck({ publicUrl: PUBLIC_URL, authToken: TOKEN }),
    switchboard: {
      takesCalls: () => switchboard.takesCalls(),
      openCall: (call) => switchboard.openCall(call),
      recordingReported: async () => {},
      callOver: (callSid) => switchboard.callOver(callSid),
    },
    log: (event, fields) => logs.push({ event, fields }),
  });
  server = express().use('/webhook', router).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A form as Twilio posts it; `signature` null leaves it out, a string replaces it. */
async function post(
  path: string,
  form: Record<string, string>,
  options: { signature?: string | null; signedUrl?: string } = {},
): Promise<{ status: number; type: string | null; body: string }> {
  const right = twilio.getExpectedTwilioSignature(TOKEN, options.signedUrl ?? `${PUBLIC_URL}${path}`, form);
  const signature = options.signature === undefined ? right : options.signature;
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { host: 'evil.example', ...(signature === null ? {} : { 'x-twilio-signature': signature }) },
    body: new URLSearchParams(form),
  });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

describe('a request that is not Twilio’s', () => {
  const paths = ['incoming_call', 'call_status', 'stream_status', 'stream_ended', 'recording_status'];

  test.for(paths)('without a signature is refused at /%s and has no effect', async (path) => {
    const answer = await post(`/webhook/${path}`, { ...CALL, CallStatus: 'completed' }, { signature: null });
    expect([answer.status, opened, over]).toEqual([403, [], []]);
    expect(logs).toEqual([{ event: 'webhook_refused', fields: { path: `/${path}`, reason: 'signature_missing' } }]);
  });

  test('with the signature of other parameters is refused', async () => {
    const signature = twilio.getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}/webhook/incoming_call`, {
      ...CALL,
      To: 'x',
    });
    expect((await post('/webhook/incoming_call', CALL, { signature })).status).toBe(403);
    expect(opened).toEqual([]);
  });

  test('signed for the address it was sent to, and not for ours, is refused', async () => {
    const { port } = server.address() as AddressInfo;
    const signedUrl = `http://127.0.0.1:${port}/webhook/incoming_call`;
    expect((await post('/webhook/incoming_call', CALL, { signedUrl })).status).toBe(403);
  });

  test('over 64 KiB is not read', async () => {
    expect((await post('/webhook/incoming_call', { ...CALL, Pad: 'x'.repeat(70_000) })).status).toBe(413);
    expect(opened).toEqual([]);
  });
});

describe('an incoming call', () => {
  test('is connected to the media socket, with the token in a parameter and never in the URL', async () => {
    const answer = await post('/webhook/incoming_call', CALL);
    expect([answer.status, answer.type]).toEqual([200, 'text/xml; charset=utf-8']);
    expect(answer.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Connect action="https://calls.example/webhook/stream_ended">' +
        '<Stream url="wss://calls.example/ws/twilio-media" statusCallback="https://calls.example/webhook/stream_status">' +
        '<Parameter name="token" value="t-CA1"/><Parameter name="leg" value="1"/></Stream></Connect></Response>',
    );
    expect(opened).toEqual([{ callSid: 'CA1', accountSid: 'AC1', from: '+972501234567', to: '+97231234567' }]);
  });

  test('delivered twice gets the same answer to the byte', async () => {
    const [one, other] = await Promise.all([
      post('/webhook/incoming_call', CALL),
      post('/webhook/incoming_call', CALL),
    ]);
    expect(one).toEqual(other);
  });

  test('is let in with and without the final slash of its URL', async () => {
    const signedUrl = `${PUBLIC_URL}/webhook/incoming_call/`;
    expect((await post('/webhook/incoming_call', CALL, { signedUrl })).status).toBe(200);
    expect((await post('/webhook/incoming_call/', CALL)).status).toBe(200);
  });

  test('to a number nobody has is refused politely, in Hebrew', async () => {
    switchboard.openCall = () => Promise.resolve({ kind: 'rejected', reason: 'unknown_number' });
    const { status, body } = await post('/webhook/incoming_call', CALL);
    expect(status).toBe(200);
    expect(body).toMatch(/<Say language="he-IL">[א-ת .,]+<\/Say><Hangup\/>/u);
    expect(logs).toContainEqual({
      event: 'call_ended',
      fields: { callSid: 'CA1', businessId: null, endReason: 'rejected', reason: 'unknown_number', durationMs: 0 },
    });
  });

  test('one too many is told that all lines are busy; the log says whose', async () => {
    switchboard.openCall = () => Promise.resolve({ kind: 'rejected', reason: 'at_capacity', businessId: 'B1' });
    const { body } = await post('/webhook/incoming_call', CALL);
    expect(body).toMatch(/<Say language="he-IL">[א-ת .,]*תפוסים[א-ת .,]*<\/Say><Hangup\/>/u);
    expect(logs).toContainEqual({
      event: 'call_ended',
      fields: { callSid: 'CA1', businessId: 'B1', endReason: 'rejected', reason: 'at_capacity', durationMs: 0 },
    });
  });

  test('while the database is away is told to try later: Twilio never hears an error', async () => {
    switchboard.openCall = () => Promise.reject(new Error('no database'));
    const { status, body } = await post('/webhook/incoming_call', CALL);
    expect([status, body.includes('<Hangup/>')]).toEqual([200, true]);
  });

  test('while the process stops is not begun', async () => {
    switchboard.takesCalls = () => false;
    const { body } = await post('/webhook/incoming_call', CALL);
    expect(body).toContain('<Hangup/>');
    expect(opened).toEqual([]);
  });

  test('without a CallSid is no call', async () => {
    const answer = await post('/webhook/incoming_call', { From: '+972501234567' });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { error: { code: 'form_invalid' } }]);
  });

  test('of a withheld number, with only Called, is a call all the same', async () => {
    await post('/webhook/incoming_call', { CallSid: 'CA2', AccountSid: 'AC1', Called: '+97231234567' });
    expect(opened).toEqual([{ callSid: 'CA2', accountSid: 'AC1', from: 'anonymous', to: '+97231234567' }]);
  });
});

describe('the status of a call', () => {
  test.for(['completed', 'busy', 'failed', 'no-answer', 'canceled'])('%s is its end', async (CallStatus) => {
    expect((await post('/webhook/call_status', { ...CALL, CallStatus })).status).toBe(204);
    expect(over).toEqual(['CA1']);
  });

  test.for(['queued', 'ringing', 'in-progress', 'something-new'])('%s is not', async (CallStatus) => {
    expect((await post('/webhook/call_status', { ...CALL, CallStatus })).status).toBe(204);
    expect(over).toEqual([]);
  });

  test('is taken although the end could not be written: the sweep will', async () => {
    switchboard.callOver = () => Promise.reject(new Error('no database'));
    expect((await post('/webhook/call_status', { ...CALL, CallStatus: 'completed' })).status).toBe(204);
    expect(logs.map(({ event }) => event)).toContain('call_over_failed');
  });
});

test('a stream that ended hangs the call up', async () => {
  const { status, body } = await post('/webhook/stream_ended', CALL);
  expect([status, body]).toEqual([200, '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>']);
});

test('what Twilio says of a stream is logged with its error', async () => {
  const form = { CallSid: 'CA1', StreamSid: 'MZ1', StreamEvent: 'stream-error', StreamError: 'refused' };
  expect((await post('/webhook/stream_status', form)).status).toBe(204);
  expect(logs).toEqual([
    { event: 'stream_status', fields: { callSid: 'CA1', streamEvent: 'stream-error', error: 'refused' } },
  ]);
});
