import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutgoing } from '../../platform/outgoing.ts';

const servers: net.Server[] = [];

/** A receiver on loopback. */
async function listen(server: net.Server, host = '127.0.0.1'): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

async function receive(handler: http.RequestListener): Promise<{ url: string; host: string }> {
  const port = await listen(http.createServer(handler));
  return { url: `http://127.0.0.1:${port}/hook?secret=1`, host: `127.0.0.1:${port}` };
}

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((resolve) => {
          if (server instanceof http.Server) server.closeAllConnections();
          server.close(resolve);
        }),
    ),
  );
});

const post = (url: string, timeoutMs = 2_000) => ({ method: 'POST' as const, url, body: '{"a":"שלום"}', timeoutMs });

describe('addresses', () => {
  it.each([
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://[::ffff:7f00:1]/',
    'http://0.0.0.0:1/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://2130706433/',
    'http://0x7f.1/',
    'https://127.0.0.1:1/',
  ])('%s is refused for good, without a request', async (url) => {
    const send = createOutgoing({ allowHosts: [] });
    await expect(send(post(url))).rejects.toMatchObject({ code: 'outgoing_address_refused', permanent: true });
  });

  it('reaches a private host named in the allow list, and no other port of it', async () => {
    const { url, host } = await receive((_request, response) => response.end('ok'));
    const send = createOutgoing({ allowHosts: [host] });
    expect(await send(post(url))).toMatchObject({ status: 200, text: 'ok' });
    await expect(send(post('http://127.0.0.1:1/'))).rejects.toMatchObject({ code: 'outgoing_address_refused' });
  });

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'nonsense', ''])('%s is no address to send to', async (url) => {
    const send = createOutgoing({ allowHosts: [] });
    await expect(send(post(url))).rejects.toMatchObject({ code: 'outgoing_url_invalid', permanent: true });
  });
});

describe('an exchange', () => {
  it('sends the exact bytes with their length', async () => {
    let seen: { body: string; headers: http.IncomingHttpHeaders; method: string | undefined } | undefined;
    const { url, host } = await receive((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen = { body: Buffer.concat(chunks).toString('utf8'), headers: request.headers, method: request.method };
        response.writeHead(202).end();
      });
    });
    const send = createOutgoing({ allowHosts: [host] });
    const answer = await send({ ...post(url), headers: { 'content-type': 'application/json', 'x-a': 'b' } });
    expect(answer.status).toBe(202);
    expect(seen).toMatchObject({ method: 'POST', body: '{"a":"שלום"}' });
    expect(seen?.headers).toMatchObject({ 'content-length': '16', 'x-a': 'b', 'content-type': 'application/json' });
  });

  it('does not follow a redirect, which could lead inside', async () => {
    let requests = 0;
    const { url, host } = await receive((_request, response) => {
      requests++;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const answer = await createOutgoing({ allowHosts: [host] })(post(url));
    expect(answer).toMatchObject({ status: 307, headers: { location: '/elsewhere' } });
    expect(requests).toBe(1);
  });

  it('gives up on a receiver that does not answer in time', async () => {
    const { url, host } = await receive(() => undefined);
    const send = createOutgoing({ allowHosts: [host] });
    await expect(send(post(url, 100))).rejects.toMatchObject({ code: 'outgoing_timeout', permanent: false });
  });

  it('takes the status of an answer whose body never ends', async () => {
    const { url, host } = await receive((_request, response) => {
      response.writeHead(200);
      response.write('begun');
    });
    expect(await createOutgoing({ allowHosts: [host] })(post(url, 200))).toMatchObject({ status: 200, text: 'begun' });
  });

  it('stops reading an endless body', async () => {
    const { url, host } = await receive((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(8_192)));
      };
      response.on('drain', more);
      more();
    });
    const answer = await createOutgoing({ allowHosts: [host] })(post(url, 5_000));
    expect(answer.text).toHaveLength(16 * 1024);
  });

  it('names the reason of a failed connection, and not the address', async () => {
    const port = await listen(net.createServer((socket) => socket.destroy()));
    const send = createOutgoing({ allowHosts: [`127.0.0.1:${port}`, '127.0.0.1:1'] });
    const lost = await send(post(`http://127.0.0.1:${port}/secret`)).catch((error: unknown) => error);
    expect(lost).toMatchObject({ code: 'outgoing_connection_failed', details: { reason: 'ECONNRESET' } });
    const refused = await send(post('http://127.0.0.1:1/secret')).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'outgoing_connection_failed', details: { reason: 'ECONNREFUSED' } });
    expect(JSON.stringify(refused) + String((refused as Error).message)).not.toContain('secret');
  });
});
