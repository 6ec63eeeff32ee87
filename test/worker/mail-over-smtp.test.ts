import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { invitationOfToken, invite, openInvitations, requestReset, resetOfToken } from '../../domain/users/index.ts';
import { smtpMail } from '../../platform/mail.ts';
import { mailInvitation, mailPasswordReset } from '../../worker/mail.ts';
import { aBusiness, APP_SECRET } from '../domain/fixtures.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { takeConsoleErrors } from '../helpers/console.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aContext } from './fixtures.ts';

/** Letters through a mail server on loopback: what arrives there, and what is made of a server that refuses or is silent. */

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const FROM = 'ProSaaS <post@calls.example.test>';
const USER = 'post@calls.example.test';
const PASSWORD = 'a:password/with?signs';
const open: (SMTPServer | Server)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))));
});

/** A letter as the server took it. */
interface Taken {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | null;
  readonly encrypted: boolean;
  readonly source: string;
}

/** A mail server that lets in who knows the password, and keeps what it is given. */
async function aMailServer(options: SMTPServerOptions = {}): Promise<{ url: string; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    // Its own certificate is nobody's.
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      if (username === USER && password === PASSWORD) done(null, { user: USER });
      else done(new Error('no'));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user ?? null,
          encrypted: session.secure,
          source: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
    ...options,
  });
  open.push(server);
  // What a peer does wrong is the peer's to tell.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const credentials = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;
  return { url: `smtp://${credentials}@127.0.0.1:${(listening.address() as AddressInfo).port}`, taken };
}

const postOffice = (smtpUrl: string) => aContext(database.db, { mail: smtpMail({ smtpUrl, from: FROM }) });

/** The letter as its reader sees it. */
async function read({ source }: Taken): Promise<{ subject: string; text: string }> {
  const { subject = '', text = '' } = await PostalMime.parse(source);
  return { subject, text };
}

async function anInvitation(email: string) {
  const { businessId } = await aBusiness(database.db);
  const options = { db: database.db, appSecret: APP_SECRET, byMail: true };
  return {
    businessId,
    invitationId: await invite(options, businessId, { email, name: 'דנה', role: 'agent' }, TEST_ACTOR),
  };
}

describe('a letter', () => {
  test('that invites arrives whole, with a link that works', async () => {
    const { url, taken } = await aMailServer();
    const invitation = await anInvitation('dana@example.test');
    const { context, lines } = postOffice(url);
    await mailInvitation(context, invitation);
    expect(taken).toMatchObject([{ from: 'post@calls.example.test', to: ['dana@example.test'], user: USER }]);
    const { subject, text } = await read(taken[0] as Taken);
    expect(subject).toMatch(/^הזמנה להצטרף ל.+ ב־ProSaaS$/u);
    expect(text).toContain('דנה');
    const token = /^https:\/\/calls\.example\.test\/invitation\/(\S+)$/mu.exec(text)?.[1] ?? '';
    expect(await invitationOfToken(database.db, token, context.clock.now())).toMatchObject({
      email: 'dana@example.test',
    });
    // Neither the link nor the address is in the log.
    expect(lines.join('\n')).toContain('mail_sent');
    expect(lines.join('\n')).not.toMatch(/dana@example|invitation\//u);
  });

  test('for a new password arrives whole, with a link that works, at the person’s own address alone', async () => {
    const { url, taken } = await aMailServer();
    const { email } = await aBusiness(database.db);
    const { context } = postOffice(url);
    const now = context.clock.now();
    const resetId = await requestReset(database.db, APP_SECRET, { email, countedAddress: 'smtp' }, now);
    await mailPasswordReset(context, { resetId });
    expect(taken.map(({ to }) => to)).toEqual([[email]]);
    const { subject, text } = await read(taken[0] as Taken);
    expect(subject).toBe('איפוס הסיסמה ב־ProSaaS');
    const token = /^https:\/\/calls\.example\.test\/reset-password\/(\S+)$/mu.exec(text)?.[1] ?? '';
    expect(await resetOfToken(database.db, token, now)).toMatchObject({ email });
  });
});

describe('a mail server', () => {
  const REFUSALS: readonly (readonly [what: string, code: number, permanent: boolean])[] = [
    ['that knows no such address', 550, true],
    ['that is busy', 451, false],
  ];
  test.each(REFUSALS)(
    '%s (%i) is believed: tried again where that can help',
    async (_what, responseCode, permanent) => {
      const { url, taken } = await aMailServer({
        onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no'), { responseCode })),
      });
      const { context } = postOffice(url);
      const sent = mailInvitation(context, await anInvitation(`code-${responseCode}@example.test`));
      const error = await sent.catch((thrown: unknown) => thrown);
      const code = permanent ? 'mail_refused' : 'mail_failed';
      expect(error).toMatchObject({ code, permanent, details: { status: responseCode } });
      // The error goes into the log, the address does not.
      expect(JSON.stringify(error)).not.toContain('@example.test');
      expect(taken).toEqual([]);
    },
  );

  test('that does not take the password gets no letter', async () => {
    const { url, taken } = await aMailServer({ onAuth: (_auth, _session, done) => done(new Error('no')) });
    const sent = mailInvitation(postOffice(url).context, await anInvitation('auth@example.test'));
    await expect(sent).rejects.toMatchObject({ code: 'mail_refused', details: { status: 535 } });
    expect(taken).toEqual([]);
  });

  test('whose certificate nobody vouches for gets neither password nor letter', async () => {
    const { url, taken } = await aMailServer({ hideSTARTTLS: false });
    const invitation = await anInvitation('tls@example.test');
    const { context, lines } = postOffice(url);
    const sent = mailInvitation(context, invitation);
    await expect(sent).rejects.toMatchObject({ code: 'mail_failed', permanent: false });
    expect(taken).toEqual([]);
    // That its certificate is nobody's is what the server warns of, too.
    expect(takeConsoleErrors()).toEqual([expect.stringContaining('default TLS certificate')]);
    const [line] = lines.map((one) => JSON.parse(one) as Record<string, unknown>);
    expect(line).toMatchObject({
      level: 'warn',
      event: 'mail_failed',
      reason: expect.stringMatching(/CERT/u) as string,
    });
    // Meanwhile who invited hands the link over; once the letter is out there is no need.
    const isFailed = async () =>
      (await openInvitations(database.db, { current: APP_SECRET }, invitation.businessId)).map(
        ({ mailFailed }) => mailFailed,
      );
    expect(await isFailed()).toEqual([true]);
    const trusted = await aMailServer();
    await mailInvitation(postOffice(trusted.url).context, invitation);
    expect(await isFailed()).toEqual([false]);
  });

  test('whose certificate an authority of the installation’s vouches for gets it, encrypted, password included', async () => {
    const certificates = fileURLToPath(new URL('../helpers/certificates/', import.meta.url));
    const [key, cert] = await Promise.all(['server.key', 'server.pem'].map((name) => readFile(certificates + name)));
    const { url, taken } = await aMailServer({ hideSTARTTLS: false, allowInsecureAuth: false, key, cert });
    const letter = [...['--import', 'tsx', 'test/helpers/send-letter.ts'], url, FROM, 'tls@example.test'];
    const send = (env: Readonly<Record<string, string>>) =>
      promisify(execFile)(process.execPath, letter, { env: { ...process.env, ...env } });
    await expect(send({})).rejects.toMatchObject({
      stderr: expect.stringContaining('UNABLE_TO_VERIFY_LEAF_SIGNATURE') as string,
    });
    expect(taken).toEqual([]);
    await send({ NODE_EXTRA_CA_CERTS: `${certificates}authority.pem` });
    expect(taken).toMatchObject([{ to: ['tls@example.test'], user: USER, encrypted: true }]);
  });

  test('that hangs up, or is not there, is tried again', async () => {
    const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    open.push(silent);
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const invitation = await anInvitation('away@example.test');
    for (const url of [`smtp://127.0.0.1:${port}`, 'smtp://127.0.0.1:1']) {
      const sent = mailInvitation(postOffice(url).context, invitation);
      await expect(sent).rejects.toMatchObject({ code: 'mail_failed', permanent: false });
    }
  });

  test('that says nothing is given up on, and tried again', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    open.push(silent);
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const mail = smtpMail({ smtpUrl: `smtp://127.0.0.1:${port}`, from: FROM, timeoutMs: 200 });
    const { context } = aContext(database.db, { mail });
    const sent = mailInvitation(context, await anInvitation('silent@example.test'));
    await expect(sent).rejects.toMatchObject({ code: 'mail_failed', permanent: false });
  });
});
