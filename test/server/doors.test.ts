import { once } from 'node:events';
import { type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBusiness } from '../../domain/businesses/index.ts';
import { SERVER_LIMITS, frontServer } from '../../server/front-door.ts';
import { DoorClient, MediaClient } from '../helpers/door-client.ts';
import { AUTH_TOKEN, type World, startWorld } from '../helpers/world.ts';

/** The doors of the whole web process, over real sockets: what is not a call is turned away, with a reason. */

const NUMBER = '+97235559999';
const STATUS = '/webhook/stream_status';
const FORM = { CallSid: 'CA1', StreamSid: 'MZ1', StreamEvent: 'stream-started' };

let world: World;
let client: DoorClient;
/** Slow senders that were there from the beginning: when they were closed, ms, and what they were told. */
let slow: Record<'silent' | 'head' | 'body', Promise<{ afterMs: number; answer: string }>>;
let endless: { server: Server; answer: Promise<string>; openFor: () => number };

beforeAll(async () => {
  world = await startWorld();
  client = new DoorClient(world.url, AUTH_TOKEN);
  await createBusiness(world.db, {
    name: 'עסק',
    number: NUMBER,
    ownerEmail: 'doors@example.test',
    ownerPassword: 'a-long-enough-password',
  });
  slow = {
    silent: dribble('', ''),
    head: dribble('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'a'),
    body: dribble(
      `POST ${STATUS} HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: ${client.sign(STATUS)}\r\n` +
        'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n',
      'a',
    ),
  };
  endless = await endlessAnswer();
  const headers = from('203.0.113.9');
  await Promise.all(Array.from({ length: 200 }, () => client.post(STATUS, FORM, { signature: null, headers })));
});
afterAll(async () => {
  endless.server.closeAllConnections();
  endless.server.close();
  await world.close();
});

const reasons = (event: string) =>
  world.log.filter((line) => line['event'] === event).map((line) => line['reason'] as string);
const from = (address: string) => ({ 'x-forwarded-for': address });

describe('a webhook', () => {
  test.for([
    ['signed as it is', STATUS, STATUS, 204],
    ['with a slash, signed with', `${STATUS}/`, `${STATUS}/`, 204],
    ['with a slash, signed without', `${STATUS}/`, STATUS, 204],
    ['without a slash, signed with', STATUS, `${STATUS}/`, 204],
    ['with a query, signed with it', `${STATUS}?a=1`, `${STATUS}?a=1`, 204],
    ['with a query, signed without', `${STATUS}?a=1`, STATUS, 403],
    ['with another query', `${STATUS}?a=2`, `${STATUS}?a=1`, 403],
    ['with more behind a second question mark', `${STATUS}?a=1?b=2`, `${STATUS}?a=1`, 403],
    ['of another path', STATUS, '/webhook/call_status', 403],
  ] as const)('%s', async ([, path, signedPath, status]) => {
    expect((await client.post(path, FORM, { signedPath })).status).toBe(status);
  });

  test.for([
    ['x-twilio-signature', 204],
    ['X-TWILIO-SIGNATURE', 204],
    ['X-Twilio-Signatures', 403],
  ] as const)('whose header is written %s gets %i', async ([header, status]) => {
    const body = new URLSearchParams(FORM).toString();
    const answer = await client.raw(
      `POST ${STATUS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}: ${client.sign(STATUS, FORM)}\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
  });

  test('signed twice over is refused, whichever signature is right', async () => {
    const signature = `x-twilio-signature: ${client.sign(STATUS)}\r\n`;
    const head = `POST ${STATUS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n`;
    expect(await client.raw(`${head}${signature}x-twilio-signature: wrong\r\n\r\n`)).toMatch(/^HTTP\/1.1 403 /u);
  });

  test('whose target is a whole address is refused, and no error', async () => {
    const answer = await client.raw(
      `POST http://[evil/webhook/stream_status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
        `x-twilio-signature: ${client.sign(STATUS)}\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 40[034] /u);
  });

  test('with a repeated parameter is signed as Twilio signs it; one that we use may not be repeated', async () => {
    expect((await client.post(STATUS, { ...FORM, Extra: ['b', 'a'] })).status).toBe(204);
    expect(
      (await client.post(STATUS, { ...FORM, Extra: ['b', 'a'] }, { signature: client.sign(STATUS, FORM) })).status,
    ).toBe(403);
    expect((await client.post(STATUS, { ...FORM, CallSid: ['CA1', 'CA2'] })).status).toBe(400);
    expect(reasons('webhook_refused')).toContain('form_invalid');
  });

  test.for(['CallSid', 'AccountSid', 'From', 'To'])('with a zero byte in %s is refused, and no error', async (name) => {
    const form = { CallSid: 'CA1', AccountSid: 'AC1', From: '+972501234567', To: NUMBER, [name]: 'א\0ב' };
    expect((await client.post('/webhook/incoming_call', form)).status).toBe(400);
    expect(world.log.filter((line) => line['event'] === 'incoming_call_failed')).toEqual([]);
  });

  test('that is no form is an empty one, and refused by what is missing', async () => {
    const signature = client.sign('/webhook/call_status');
    const headers = { 'x-twilio-signature': signature, 'content-type': 'application/json' };
    const send = (body: string) => fetch(`${world.url}/webhook/call_status`, { method: 'POST', headers, body });
    expect((await send('{"CallSid":"CA1"}')).status).toBe(400);
    expect((await send('\0\u{fffd}'.repeat(500))).status).toBe(400);
  });

  test('that is compressed is not unpacked', async () => {
    const headers = {
      'x-twilio-signature': client.sign(STATUS),
      'content-encoding': 'gzip',
      'content-type': 'application/x-www-form-urlencoded',
    };
    const body = gzipSync(Buffer.alloc(10_000_000, 'a'));
    expect((await fetch(`${world.url}${STATUS}`, { method: 'POST', headers, body })).status).toBe(415);
  });

  test.for([
    ['signed, of told length', true, false],
    ['signed, in chunks', true, true],
    ['unsigned', false, false],
    ['unsigned, in chunks', false, true],
  ] as const)('of 10 MB (%s) is cut after a fraction', async ([, signed, chunked]) => {
    let written = 0;
    const length = chunked ? 'Transfer-Encoding: chunked' : 'Content-Length: 10000000';
    const answer = await client.raw(
      `POST ${STATUS} HTTP/1.1\r\nHost: x\r\n${length}\r\nX-Forwarded-For: 192.0.2.50\r\n` +
        'Content-Type: application/x-www-form-urlencoded\r\n' +
        `${signed ? `X-Twilio-Signature: ${client.sign(STATUS)}\r\n` : ''}\r\n`,
      (socket) => {
        const piece = 'a'.repeat(50_000);
        const chunk = Buffer.from(chunked ? `c350\r\n${piece}\r\n` : piece);
        const more = () => {
          while (written < 10_000_000 && !socket.destroyed && socket.writable) {
            written += 50_000;
            if (!socket.write(chunk)) return;
          }
        };
        socket.on('drain', more);
        more();
      },
    );
    expect(answer).toMatch(signed ? /^(HTTP\/1.1 413 |$)/u : /^(HTTP\/1.1 403 |$)/u);
    // What the kernels' buffers hold is written, but nobody reads it.
    expect(written).toBeLessThan(9_000_000);
  });

  test.for([
    ['GET', '/webhook/incoming_call', 405, 'method_not_offered'],
    ['PUT', '/webhook/call_status', 405, 'method_not_offered'],
    ['POST', '/webhook/nothing', 404, 'path_unknown'],
  ] as const)('signed, but %s %s, is told %i', async ([method, path, status, reason]) => {
    const headers = { 'x-twilio-signature': client.sign(path) };
    expect((await fetch(`${world.url}${path}`, { method, headers })).status).toBe(status);
    expect(reasons('webhook_refused')).toContain(reason);
  });
});

describe('an address that is refused again and again', () => {
  test('is told 429 after sixty times; signed requests of the same address are served all the same', async () => {
    const headers = from('198.51.100.7');
    const statuses: number[] = [];
    for (let index = 0; index < 70; index++) {
      statuses.push((await client.post(STATUS, FORM, { signature: null, headers })).status);
    }
    expect(statuses.slice(0, 60)).toEqual(Array(60).fill(403));
    expect(statuses.slice(60)).toEqual(Array(10).fill(429));
    expect(await client.ring({ signature: null, headers })).toBe(429);
    expect((await client.post(STATUS, FORM, { headers })).status).toBe(204);
    expect((await client.post(STATUS, FORM, { signature: null, headers: from('198.51.100.8') })).status).toBe(403);
    const signed = await client.ring({ headers });
    expect(signed).toBeInstanceOf(MediaClient);
    (signed as MediaClient).socket.terminate();
  });
});

describe('what is no request of ours', () => {
  test.for([
    ['TRACE /healthz', 405],
    ['PROPFIND /', 405],
    ['GET /nothing/here', 404],
    ['GET /%zz', 404],
  ] as const)('%s gets %i', async ([line, status]) => {
    expect(await client.raw(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
      new RegExp(`^HTTP/1.1 ${status} `, 'u'),
    );
  });

  test.for([
    ['no HTTP at all', 'hello there\r\n\r\n', '400', 'not_http'],
    ['TLS on a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400', 'not_http'],
    ['a head of 20 kB', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, '431', 'head_too_long'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', '400', 'not_http'],
  ] as const)('%s: answered, closed, logged', async ([, text, status, reason]) => {
    expect(await client.raw(text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
    expect(reasons('request_refused')).toContain(reason);
  });

  test('CONNECT is closed without a word', async () => {
    expect(await client.raw('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n')).toBe('');
  });

  test('an upgrade of another path gets 404, and does not end the process when it resets', async () => {
    const upgrade = 'HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await client.raw(`GET /ws/other ${upgrade}`)).toMatch(/^HTTP\/1.1 404 /u);
    await Promise.all(
      Array.from({ length: 50 }, () =>
        client.raw(`GET /ws/other ${upgrade}more`, (socket) => setImmediate(() => socket.resetAndDestroy())),
      ),
    );
    expect((await fetch(`${world.url}/healthz`)).status).toBe(200);
    expect(reasons('upgrade_refused')).toContain('path_unknown');
  });
});

describe('a page or the API', () => {
  test.for([
    ['of a host that is none', 'GET /calls', 'Host: \u0100'],
    ['of a host with a port that is none', 'GET /calls', 'Host: x:99999'],
    ['that a proxy forwards for no host', 'GET /calls', 'Host: x\r\nX-Forwarded-Host: a b'],
    ['that a proxy forwards in no scheme of ours', 'GET /calls', 'Host: x\r\nX-Forwarded-Proto: 999://'],
    ['whose target is a whole address', 'GET http://evil/calls', 'Host: x'],
    ['whose path would be a host, once decoded', 'GET /%5C/calls', 'Host: x'],
    ['whose path has a zero byte', 'GET /calls/CA%00', 'Host: x'],
    ['whose query has one', 'GET /api/calls?cursor=%00', 'Host: x'],
    ['asked for as data in a way our pages do not use', 'GET /calls?_data=routes%2Fcalls', 'Host: x'],
    ['the same, disguised', 'GET /calls?_%64ata=routes%2Fcalls', 'Host: x'],
  ] as const)('%s is refused, and no error', async ([, line, headers]) => {
    const answer = await client.raw(`${line} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 400 /u);
    expect(world.log.filter((entry) => entry['event'] === 'request_failed')).toEqual([]);
  });

  const MOST = 1024 * 1024;
  const PATH = '/api/business/current/settings';

  test.for([
    ['a body of a byte more than 1 MiB', `Content-Length: ${MOST + 1}`, 413, 'body_too_long'],
    ['a body of a petabyte', 'Content-Length: 1000000000000000', 413, 'body_too_long'],
    ['a body of untold length', 'Transfer-Encoding: chunked', 411, 'body_length_missing'],
  ] as const)('%s is refused before any of it is read', async ([, header, status, reason]) => {
    const answer = await client.raw(`PUT ${PATH} HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
    expect(answer).toMatch(/^connection: close\r$/imu);
    expect(world.log).toContainEqual(expect.objectContaining({ event: 'request_refused', reason, path: PATH }));
  });

  test('a body of exactly 1 MiB is not refused for its length', async () => {
    const answer = await client.raw(
      `PUT ${PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${MOST}\r\n\r\n`,
      (socket) => socket.end(Buffer.alloc(MOST, 'a')),
    );
    // This process has no pages, so nobody is at home there.
    expect(answer).toMatch(/^HTTP\/1.1 404 /u);
  });

  test('a GET with a chunked body of nothing is a GET', async () => {
    const answer = await client.raw(
      'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /u);
  });
});

describe('connections', () => {
  test('beyond the process’s bound are closed unread, with a reason; those that are open are served', async () => {
    const lines: unknown[] = [];
    const answer = (_request: unknown, response: ServerResponse) => void response.end('here');
    const server = frontServer(answer, (event, fields) => lines.push({ event, ...fields }), 2);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [first, second] = await Promise.all([0, 1].map(() => opened(port)));
    const third = await opened(port);
    third.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await allOf(third)).toBe('');
    expect(lines).toEqual([{ event: 'connection_refused', reason: 'too_many_connections' }]);
    first?.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await allOf(first as Socket)).toMatch(/here$/u);
    // Its place is free again.
    const fourth = await opened(port);
    fourth.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await allOf(fourth)).toMatch(/here$/u);
    second?.destroy();
    server.close();
  });

  test('of a process are bounded on purpose, not by its open files', () => {
    expect(
      frontServer(
        () => undefined,
        () => undefined,
      ).maxConnections,
    ).toBe(10_000);
  });
});

describe('a media socket', () => {
  let streamed = 0;

  /** A call of Twilio's whose stream is for the test to open. */
  async function ringing(): Promise<{ callSid: string; token: string; streamSid: string }> {
    const callSid = `CAdoor${++streamed}`;
    const { body } = await client.post('/webhook/incoming_call', {
      CallSid: callSid,
      AccountSid: 'AC1',
      From: '+972501234567',
      To: NUMBER,
    });
    const token = /name="token" value="([^"]+)"/u.exec(body)?.[1] ?? '';
    expect(token).not.toBe('');
    return { callSid, token, streamSid: `MZdoor${streamed}` };
  }

  const logged = (event: string, callSid: string) =>
    world.log.filter((line) => line['event'] === event && line['callSid'] === callSid);

  test.for<[string, unknown, number, string]>([
    ['text that is no JSON', '{"event":', 1007, 'not_json'],
    ['JSON that is no message', '[]', 1007, 'bad_shape'],
    ['a binary frame', Buffer.from([1]), 1003, 'binary_frame'],
  ])('that sends %s is closed', async ([, message, code, reason]) => {
    const media = await client.connect();
    media.send(message);
    expect(await media.closed).toEqual({ code, reason });
    expect(reasons('stream_refused')).toContain(reason);
  });

  test('that sends more than 64 KiB is closed with 1009', async () => {
    const media = await client.connect();
    media.send('x'.repeat(64 * 1024 + 1));
    expect((await media.closed).code).toBe(1009);
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'stream_socket_error', code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' }),
    );
  });

  test('that sends media and no start is closed after five seconds, and not for the media', async () => {
    const media = await client.connect();
    const at = performance.now();
    for (let index = 0; index < 20; index++) media.media('MZ1');
    expect(await media.closed).toEqual({ code: 1008, reason: 'start_missing' });
    expect(performance.now() - at).toBeGreaterThan(4900);
    expect(performance.now() - at).toBeLessThan(6500);
  });

  test('of a real call takes no second start and no foreign stream; its token is good for once', async () => {
    const { callSid, token, streamSid } = await ringing();
    const media = await client.connect();
    media.start(streamSid, callSid, token);
    for (let index = 0; index < 20; index++) media.media('MZforeign');
    media.start('MZforeign', 'CAforeign', token);
    await vi.waitFor(() => expect(logged('stream_started_twice', callSid)).toHaveLength(1));
    expect(logged('stream_sid_foreign', callSid)).toHaveLength(1);

    const replay = await client.connect();
    replay.start(streamSid, callSid, token);
    expect(await replay.closed).toEqual({ code: 1008, reason: 'token_invalid' });

    expect(media.socket.readyState).toBe(media.socket.OPEN);
    media.send({ event: 'stop', streamSid, stop: { callSid } });
    expect((await media.closed).code).toBe(1000);
    await vi.waitFor(() => expect(logged('call_ended', callSid)).toMatchObject([{ endReason: 'caller_hangup' }]));
  });

  test('of a real call that sends 2,000 messages a second is closed within a second, the call ends as lost', async () => {
    const { callSid, token, streamSid } = await ringing();
    const media = await client.connect();
    media.start(streamSid, callSid, token);
    const at = performance.now();
    const timer = setInterval(() => {
      for (let index = 0; index < 20; index++) media.media(streamSid);
    }, 10);
    expect(await media.closed).toEqual({ code: 1008, reason: 'too_many_messages' });
    clearInterval(timer);
    expect(performance.now() - at).toBeLessThan(4000);
    await vi.waitFor(() => expect(logged('call_ended', callSid)).toMatchObject([{ endReason: 'stream_lost' }]), 10_000);
  });
});

describe('who is slow', () => {
  const { headersTimeout, requestTimeout, connectionsCheckingInterval } = SERVER_LIMITS;

  test.for([
    ['says nothing', 'silent', headersTimeout],
    ['sends its head a byte a second', 'head', headersTimeout],
    ['sends its body a byte a second', 'body', requestTimeout],
  ] as const)('and %s is closed in time', { timeout: 40_000 }, async ([, kind, limitMs]) => {
    const { afterMs, answer } = await slow[kind];
    expect(afterMs).toBeGreaterThan(limitMs - 100);
    expect(afterMs).toBeLessThan(limitMs + connectionsCheckingInterval + 2000);
    expect(answer).toMatch(/^HTTP\/1.1 408 /u);
    expect(reasons('request_refused')).toContain('request_too_slow');
  });

  test(
    'an answer without end, such as a stream of events, is not cut by these limits',
    { timeout: 40_000 },
    async () => {
      await slow.body;
      expect(endless.openFor()).toBeGreaterThan(requestTimeout);
      endless.server.closeAllConnections();
      expect(await endless.answer).toMatch(/: tick\n\n$/u);
    },
  );
});

test(
  'what strangers did fills no log: a few lines of a kind, then how many more there were',
  { timeout: 30_000 },
  async () => {
    const suppressed = () =>
      world.log.filter((line) => line['event'] === 'log_suppressed' && line['reason'] === 'too_many_refused');
    await vi.waitFor(() => expect(suppressed().length).toBeGreaterThan(0), { timeout: 15_000, interval: 100 });
    const windows = suppressed().length + 2;
    expect(reasons('webhook_refused').filter((reason) => reason === 'too_many_refused').length).toBeLessThanOrEqual(
      10 * windows,
    );
    expect(world.log.some((line) => JSON.stringify(line).includes('203.0.113.9'))).toBe(false);
  },
);

/** A connection that says nothing yet. */
async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other side closes. */
function allOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('close', () => resolve(text));
  });
}

/** Sends a byte a second behind this text until it is closed. */
function dribble(text: string, more: string): Promise<{ afterMs: number; answer: string }> {
  const at = performance.now();
  let timer: NodeJS.Timeout;
  const told = client.raw(text, (socket: Socket) => {
    timer = setInterval(() => more !== '' && socket.writable && socket.write(more), 1000);
  });
  return told.then((answer) => {
    clearInterval(timer);
    return { afterMs: performance.now() - at, answer };
  });
}

/** A server with the same limits that answers for ever. */
async function endlessAnswer(): Promise<typeof endless> {
  const server = createServer(SERVER_LIMITS, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => response.write(': tick\n\n'), 500);
    response.once('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = performance.now();
  let lastAt = at;
  const answer = new Promise<string>((resolve) => {
    let text = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () =>
      socket.write('GET / HTTP/1.0\r\n\r\n'),
    );
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      lastAt = performance.now();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
  return { server, answer, openFor: () => lastAt - at };
}
