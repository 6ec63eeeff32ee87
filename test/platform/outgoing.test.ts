import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutgoing } from '../../platform/outgoing.ts';
import { isPublicAddress } from '../../platform/public-address.ts';

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
    'https://127.0.0.1:1/',
    // The same written oddly.
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://①②⑦.⓪.⓪.①/',
    'http://１２７.0.0.1/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http:\\\\127.0.0.1/',
    'http://ⓛocalhost/',
    // IPv4 within IPv6.
    'http://[::127.0.0.1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[64:ff9b::8.8.8.8]/',
    'http://[64:ff9b:1::10.0.0.1]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[2001:0:a9fe:a9fe::1]/',
    // Nobody's.
    'http://0.1.2.3/',
    'http://100.127.255.255/',
    'http://192.0.0.170/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[fd00:ec2::254]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    // Where something else than HTTP listens.
    'http://8.8.8.8:25/',
    'http://hooks.example.com:22/',
    'https://hooks.example.com:6379/',
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

  it.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_INFO',
    'http://user@example.com/',
    'http://user:password@example.com/',
    'http://good.example@127.0.0.1/',
    'http://[fe80::1%25eth0]/',
    'http://example.com:99999/',
    'http://exa mple.com/',
    'nonsense',
    '',
  ])('%s is no address to send to', async (url) => {
    const send = createOutgoing({ allowHosts: [] });
    await expect(send(post(url))).rejects.toMatchObject({ code: 'outgoing_url_invalid', permanent: true });
  });
});

describe('a name', () => {
  /** A resolver that gives these answers, one after the other, and counts how often it was asked. */
  function resolver(...answers: readonly (readonly string[])[]) {
    let asked = 0;
    const lookup: net.LookupFunction = (_hostname, options, callback) => {
      const found = (answers[asked++ % answers.length] ?? []).map((address) => ({
        address,
        family: net.isIP(address),
      }));
      if (options.all === true) callback(null, found);
      else callback(null, found[0]?.address ?? '', found[0]?.family);
    };
    return { lookup, asked: () => asked };
  }
  const refused = { code: 'outgoing_address_refused', permanent: true };

  it.each([
    [['127.0.0.1']],
    [['169.254.169.254']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['64:ff9b::7f00:1']],
    [['fd00:ec2::254']],
    [['8.8.8.8', '10.0.0.1']],
    [['2606:4700::1111', '::1']],
  ])('that leads to %j is refused without a connection', async (addresses) => {
    const { lookup } = resolver(addresses);
    const send = createOutgoing({ allowHosts: [], lookup });
    for (const url of ['http://hooks.example.com/', 'https://hooks.example.com/']) {
      await expect(send(post(url))).rejects.toMatchObject(refused);
    }
  });

  it('that changes between two look-ups is looked up once a request, and what was found is what is connected to', async () => {
    const { host } = await receive((_request, response) => response.end('inside'));
    const [, port] = host.split(':');
    // What was checked is used: there is no second look-up that could find something else.
    const turning = resolver(['127.0.0.1'], ['8.8.8.8']);
    const send = createOutgoing({ allowHosts: [], lookup: turning.lookup });
    await expect(send(post(`http://rebinding.example.com:${port}/`))).rejects.toMatchObject(refused);
    expect(turning.asked()).toBe(1);
    const inside = resolver(['127.0.0.1'], ['8.8.8.8']);
    const trusting = createOutgoing({ allowHosts: [`rebinding.example.com:${port}`], lookup: inside.lookup });
    expect(await trusting(post(`http://rebinding.example.com:${port}/`))).toMatchObject({ text: 'inside' });
    expect(inside.asked()).toBe(1);
  });

  it('in the allow list is none with another ending or another port', async () => {
    const { lookup } = resolver(['127.0.0.1']);
    const send = createOutgoing({ allowHosts: ['receiver.test:8080'], lookup });
    for (const url of ['http://receiver.test.:8080/', 'http://receiver.test/', 'http://a.receiver.test:8080/']) {
      await expect(send(post(url))).rejects.toMatchObject(refused);
    }
  });
});

describe('an address that carries another', () => {
  const hex = (ipv4: string) => {
    const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  };

  it('is never public, whichever it carries', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ipv4) => {
        const carrying = ['::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'].map((prefix) => prefix + hex(ipv4));
        carrying.push(`::ffff:${ipv4}`, `64:ff9b::${ipv4}`, `2002:${hex(ipv4)}::1`, `2001:0:${hex(ipv4)}::1`);
        expect(carrying.filter(isPublicAddress)).toEqual([]);
      }),
    );
  });

  it('is not, outside of what is given out, whatever it is', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ipv6) => {
        if (isPublicAddress(ipv6)) expect(ipv6).toMatch(/^[23]/u);
      }),
    );
  });

  it.each(['8.8.8.8', '1.1.1.1', '100.63.255.255', '172.32.0.1', '192.0.1.1', '2606:4700::1111', '2a00:1450::1'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
  it.each(['', 'localhost', '8.8.8.8%eth0', 'fe80::1%eth0', '08.8.8.8', '1.1.1'])('%j is no public address', (text) =>
    expect(isPublicAddress(text)).toBe(false),
  );
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

  it.each(['http://169.254.169.254/latest/meta-data', 'http://127.0.0.1:1/', '//10.0.0.1/', 'file:///etc/passwd'])(
    'does not follow a redirect to %s',
    async (location) => {
      const { url, host } = await receive((_request, response) => response.writeHead(302, { location }).end());
      expect(await createOutgoing({ allowHosts: [host] })(post(url))).toMatchObject({ status: 302, text: '' });
    },
  );

  it('with a header that cannot be sent fails as any other', async () => {
    const send = createOutgoing({ allowHosts: ['127.0.0.1:1'] });
    const request = { ...post('http://127.0.0.1:1/'), headers: { 'x-a': 'b\r\nc: d' } };
    await expect(send(request)).rejects.toMatchObject({ code: 'outgoing_connection_failed' });
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
