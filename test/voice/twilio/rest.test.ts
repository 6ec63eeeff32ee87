import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startSandboxTwilio } from '../../../sandbox/twilio/index.ts';
import { twilioRest } from '../../../voice/twilio/rest.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

let server: Server;
let url: string;
let seen: Seen[];
/** What the server answers; null: never. */
let answer: { status: number; body: string } | null;

beforeEach(async () => {
  seen = [];
  answer = { status: 200, body: '{"status":"completed"}' };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, headers } = request;
      seen.push({
        method,
        url: request.url,
        authorization: headers.authorization,
        body: Buffer.concat(chunks).toString(),
      });
      if (answer !== null) response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const CALL = { accountSid: 'AC1', callSid: 'CA1' };
const hangUp = (accountSid: string | null = null) =>
  twilioRest({ baseUrl: `${url}/`, accountSid, authToken: 'secret' }).hangUp(CALL);

describe('hanging up', () => {
  test('posts Status=completed to the call, signed in as its account', async () => {
    expect(await hangUp()).toBe('done');
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/2010-04-01/Accounts/AC1/Calls/CA1.json',
        authorization: `Basic ${Buffer.from('AC1:secret').toString('base64')}`,
        body: 'Status=completed',
      },
    ]);
  });

  test('uses the configured account when there is one', async () => {
    await hangUp('AC9');
    expect(seen[0]?.url).toContain('/Accounts/AC9/');
  });

  test.for<[string, number, string]>([
    ['404', 404, '{"code":20404,"message":"The requested resource was not found"}'],
    ['404 of a proxy, in HTML', 404, '<html>'],
    ['the code of a call that is over', 400, '{"code":21220,"message":"Invalid call state"}'],
    ['the words of a call that is over', 400, '{"code":21220,"message":"Call is not in-progress. Cannot redirect."}'],
  ])('%s means that it is over already: that is fine', async ([, status, body]) => {
    answer = { status, body };
    expect(await hangUp()).toBe('gone');
  });

  test.for<[number, string, number | null]>([
    [401, '{"code":20003,"message":"Authenticate"}', 20003],
    [429, '{"code":20429}', 20429],
    [500, '<html>oops</html>', null],
    [503, '', null],
  ])('%i is a failure that says what it was', async ([status, body, code]) => {
    answer = { status, body };
    await expect(hangUp()).rejects.toMatchObject({ name: 'TwilioRestError', status, code });
  });

  test('no server is a failure without a status', async () => {
    server.closeAllConnections();
    server.close();
    await expect(hangUp()).rejects.toMatchObject({ name: 'TwilioRestError', status: null });
    server = createServer().listen(0);
  });

  test('no answer is given up in time for the engine to try again', async () => {
    answer = null;
    const limits: number[] = [];
    const abort = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      limits.push(ms);
      return abort.signal;
    });
    const attempt = hangUp();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    abort.abort(new Error('timeout'));
    await expect(attempt).rejects.toMatchObject({ status: null });
    timeout.mockRestore();
    expect(limits[0]).toBeLessThanOrEqual(3000);
  });
});

test('a Twilio that checks the key and knows no such call says that it is gone; with another key it refuses', async () => {
  const accountSid = `AC${'1'.repeat(32)}`;
  const sandbox = await startSandboxTwilio({ accountSid, authToken: 'secret' });
  const call = { accountSid, callSid: `CA${'0'.repeat(32)}` };
  const rest = (authToken: string) => twilioRest({ baseUrl: sandbox.url, accountSid: null, authToken });
  try {
    expect(await rest('secret').hangUp(call)).toBe('gone');
    await expect(rest('wrong').hangUp(call)).rejects.toMatchObject({ status: 401 });
  } finally {
    await sandbox.close();
  }
});
