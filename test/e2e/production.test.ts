import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runConversation } from '../../sandbox/conversation.ts';
import { type SandboxRealtime, startSandboxRealtime } from '../../sandbox/realtime/server.ts';
import { type Receiver, startReceiver } from '../../sandbox/receiver/index.ts';
import { parseScript } from '../../sandbox/script/parse.ts';
import { type SandboxTwilio, startSandboxTwilio } from '../../sandbox/twilio/index.ts';
import { freshDatabase } from '../helpers/database.ts';
import { freePort } from '../helpers/free-port.ts';

/** The production build as two processes against an external, empty PostgreSQL, set up as the README says. */

const run = promisify(execFile);
const NUMBER = '+97236001234';
const SCRIPT = parseScript(`
title: שיחה מול שירות חיצוני
conversation:
  - agent: שלום, הגעתם לסוכנות הביטוח. איך אפשר לעזור?
  - caller: אני צריך ביטוח לרכב חדש.
  - tool: save_lead_details
    arguments: { name: "יוסי כהן", phone: "0541234567", topic: "ביטוח רכב" }
  - agent: אז רשמתי, יוסי כהן, אפס חמש ארבע, אחת שתיים שלוש, ארבע חמש שש שבע, בנושא ביטוח רכב. נכון?
  - caller: כן, נכון מאוד.
  - agent: מצוין, נחזור אליך היום.
`);

let database: Awaited<ReturnType<typeof freshDatabase>>;
let twilio: SandboxTwilio;
let realtime: SandboxRealtime;
let receiver: Receiver;
let launcher: ChildProcess;
let env: NodeJS.ProcessEnv;
let url: string;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  twilio = await startSandboxTwilio({ accountSid: 'ACproduction00000000000000000000', authToken: 'production-token' });
  realtime = await startSandboxRealtime({ script: SCRIPT });
  receiver = await startReceiver();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  env = {
    NODE_ENV: 'production',
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATABASE_URL: database.url,
    PUBLIC_URL: url,
    PORT: String(port),
    APP_SECRET: 'a-secret-of-more-than-thirty-two-characters',
    TWILIO_AUTH_TOKEN: 'production-token',
    TWILIO_API_URL: twilio.url,
    OPENAI_API_KEY: 'sandbox',
    OPENAI_REALTIME_URL: realtime.url,
    OPENAI_ANALYSIS_MODELS: 'none',
    WEBHOOK_ALLOW_HOSTS: new URL(receiver.url).host,
  };
  launcher = spawn(process.execPath, ['scripts/run.mjs', 'start'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const started = new Promise<void>((resolve, reject) => {
    launcher.once('exit', (code) => reject(new Error(`npm start ended with ${code ?? 'a signal'}`)));
    createInterface({ input: launcher.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      lines.push(JSON.parse(line) as Record<string, unknown>);
      if (['listening', 'worker_started'].every((event) => lines.some((known) => known['event'] === event))) resolve();
    });
  });
  await started;
});

afterAll(async () => {
  launcher.kill('SIGKILL');
  await Promise.all([twilio.close(), realtime.close(), receiver.close()]);
  await database.drop();
});

async function createBusiness(...more: string[]): Promise<{ businessId: string; apiToken: string }> {
  const args = ['--name', 'סוכנות כהן', '--number', NUMBER, '--owner-email', 'cohen@example.test'];
  const { stdout } = await run(
    process.execPath,
    ['scripts/run.mjs', 'business-create', ...args, '--owner-password', 'a-long-enough-password', '--json', ...more],
    { env },
  );
  return JSON.parse(stdout) as { businessId: string; apiToken: string };
}

function api(token: string, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('npm start against an external PostgreSQL', () => {
  it('runs web and worker as two processes', () => {
    const pidOf = (event: string) => lines.find((line) => line['event'] === event)?.['pid'];
    expect(pidOf('listening')).toBeTypeOf('number');
    expect(pidOf('worker_started')).toBeTypeOf('number');
    expect(new Set([pidOf('listening'), pidOf('worker_started'), launcher.pid]).size).toBe(3);
  });

  it('serves a call for a business made on the command line and configured over the JSON API', async () => {
    const { businessId, apiToken } = await createBusiness();
    expect(await createBusiness()).toMatchObject({ businessId });

    const settings = {
      call_notice_enabled: false,
      bot_speaks_first: true,
      greeting_message: 'שלום, הגעתם לסוכנות הביטוח. איך אפשר לעזור?',
      auto_end_after_lead_capture: true,
      monday_webhook_url: `${receiver.url}/monday`,
      send_call_transcripts_to_monday: true,
    };
    const put = await api(apiToken, 'PUT', '/api/business/current/settings', settings);
    expect(put.status).toBe(200);
    expect(await (await api(apiToken, 'GET', '/api/business/current/settings')).json()).toMatchObject({
      ...settings,
      barge_in_enabled: true,
      auto_end_on_goodbye: false,
      required_lead_fields: ['name', 'phone', 'topic'],
    });

    const call = twilio.call({
      from: '+972521112222',
      to: NUMBER,
      webhookUrl: `${url}/webhook/incoming_call`,
      statusCallbackUrl: `${url}/webhook/call_status`,
    });
    await runConversation({ call, script: SCRIPT });
    const end = await call.ended;
    expect(end.endedBy).toBe('rest');
    expect(call.errors).toEqual([]);

    const delivery = await receiver.next(undefined, 15_000);
    const deadline = performance.now() + 15_000;
    let read: Record<string, unknown>;
    do {
      read = (await (await api(apiToken, 'GET', `/api/calls/${call.sid}`)).json()) as Record<string, unknown>;
    } while (JSON.stringify(read['deliveries']).includes('pending') && performance.now() < deadline);
    expect(read).toMatchObject({
      call_sid: call.sid,
      status: 'completed',
      end_reason: 'user_verified',
      turns: [
        { speaker: 'agent', text: 'שלום, הגעתם לסוכנות הביטוח. איך אפשר לעזור?' },
        { speaker: 'caller', text: 'אני צריך ביטוח לרכב חדש.' },
        { speaker: 'agent' },
        { speaker: 'caller', text: 'כן, נכון מאוד.' },
        { speaker: 'agent', text: 'מצוין, נחזור אליך היום.' },
      ],
      deliveries: [{ status: 'delivered' }],
    });
    expect((delivery.body as { transcript: string }).transcript).toContain('לקוח: כן, נכון מאוד.');
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'call_ended', callSid: call.sid, businessId, endReason: 'user_verified' }),
    );
    const list = (await (await api(apiToken, 'GET', '/api/calls')).json()) as { calls: { call_sid: string }[] };
    expect(list.calls.map(({ call_sid }) => call_sid)).toEqual([call.sid]);
  });

  it('never writes a telephone number, a transcript or a secret into its log', () => {
    const log = JSON.stringify(lines);
    for (const secret of ['972521112222', 'ביטוח', 'production-token', 'a-secret-of-more', 'a-long-enough-password']) {
      expect(log).not.toContain(secret);
    }
  });

  it('stops both processes on SIGTERM and says goodbye with exit code 0', async () => {
    launcher.removeAllListeners('exit');
    const exit = new Promise<number | null>((resolve) => launcher.once('exit', resolve));
    launcher.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(lines.map((line) => line['event'])).toEqual(expect.arrayContaining(['web_stopped', 'worker_stopped']));
  });
});

describe('npm start without an environment', () => {
  it('stops with a list of everything that is missing', async () => {
    const bare = { NODE_ENV: 'production' as const, PATH: process.env['PATH'], HOME: process.env['HOME'] };
    const failure = run(process.execPath, ['scripts/run.mjs', 'start'], { env: bare });
    await expect(failure).rejects.toMatchObject({ code: 1 });
    const stderr = await failure.catch((error: { stderr: string }) => error.stderr);
    for (const name of ['DATABASE_URL', 'PUBLIC_URL', 'TWILIO_AUTH_TOKEN', 'OPENAI_API_KEY', 'APP_SECRET']) {
      expect(stderr).toContain(name);
    }
  });
});
