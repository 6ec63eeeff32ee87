import { afterEach, describe, expect, it } from 'vitest';
import { runConversation } from '../../sandbox/conversation.ts';
import type { ConversationEvent, ConversationResult } from '../../sandbox/conversation.ts';
import { startSandboxRealtime } from '../../sandbox/realtime/server.ts';
import type { SandboxRealtime } from '../../sandbox/realtime/server.ts';
import { parseScript } from '../../sandbox/script/parse.ts';
import { startSandboxTwilio } from '../../sandbox/twilio/index.ts';
import { bridge } from './bridge.ts';
import { connectTwiml, startApplication } from './twilio/application.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Played {
  readonly result: ConversationResult;
  readonly events: ConversationEvent[];
  readonly model: SandboxRealtime;
  readonly endedBy: string;
}

/** Plays a script through both doubles and a bridge, over real sockets and in real time. */
async function play(conversation: string, options: { mute?: boolean; patienceMs?: number } = {}): Promise<Played> {
  const script = parseScript(`title: t\nconversation:\n${conversation}`);
  const model = await startSandboxRealtime({ script, speed: 20 });
  closing.push(() => model.close());
  const application = await startApplication({ '/voice': () => connectTwiml(application.wsUrl) });
  closing.push(() => application.close());
  const twilio = await startSandboxTwilio({ accountSid: 'AC00000000000000000000000000000000', authToken: 'token' });
  closing.push(() => twilio.close());
  void application.stream().then((stream) => bridge(stream, model.url, options));
  const call = twilio.call({ from: '+972501234567', to: '+97230000000', webhookUrl: `${application.url}/voice` });
  const events: ConversationEvent[] = [];
  const { patienceMs } = options;
  const result = await runConversation({
    call,
    script,
    onEvent: (event) => events.push(event),
    ...(patienceMs !== undefined && { patienceMs }),
  });
  call.hangUp();
  const { endedBy } = await call.ended;
  return { result, events, model, endedBy };
}

describe('a script played on a real call', () => {
  it('is spoken, interrupted, heard and hung up, word for word', async () => {
    const { result, events, model } = await play(`
  - agent: שלום, במה אפשר לעזור לך היום?
  - caller: רגע, שאלה.
    interrupt_after_ms: 600
  - agent: כן?
  - caller: מתי פתוח אצלכם השבוע
  - hang_up: true
    interrupt_after_ms: 700
`);
    expect(result).toMatchObject({ completed: true, callEnded: true });
    expect(result.steps.map(({ entry }) => entry)).toEqual([0, 1, 2, 3, 4]);
    const [greeting, interruption, answer, question, end] = result.steps;
    const after = (interruption?.startedAt ?? 0) - (greeting?.startedAt ?? 0);
    expect(after).toBeGreaterThanOrEqual(580);
    expect(after).toBeLessThan(800);
    expect((greeting?.endedAt ?? 0) - (greeting?.startedAt ?? 0)).toBeLessThan(1200);
    expect((question?.startedAt ?? 0) - (answer?.endedAt ?? 0)).toBeGreaterThanOrEqual(390);
    expect((end?.startedAt ?? 0) - (question?.startedAt ?? 0)).toBeGreaterThanOrEqual(690);
    const connection = model.connections[0];
    expect(connection?.spoken.map(({ line }) => line)).toEqual([0, 2]);
    expect(connection?.heard.map(({ text }) => text)).toEqual(['רגע, שאלה.']);
    expect(events.at(-1)?.kind).toBe('call_ended');
  }, 20_000);

  it('fails clearly, and names the entry, when the agent stays silent', async () => {
    const played = play('  - agent: שלום לכם.\n  - caller: הלו.', { mute: true, patienceMs: 300 });
    await expect(played).rejects.toMatchObject({
      code: 'agent_silent',
      details: { entry: 1, script: 't' },
      cause: { message: expect.stringContaining('entry 1 was due: שלום לכם.') as string },
    });
  });

  it('ends without complaint when the agent ends the call first', async () => {
    const script = parseScript('title: t\nconversation:\n  - agent: שלום.\n  - caller: היי.');
    const application = await startApplication({ '/voice': '<Response><Pause length="0"/><Hangup/></Response>' });
    closing.push(() => application.close());
    const twilio = await startSandboxTwilio({ accountSid: 'AC00000000000000000000000000000000', authToken: 'token' });
    closing.push(() => twilio.close());
    const call = twilio.call({ from: '+972501234567', to: '+97230000000', webhookUrl: `${application.url}/voice` });
    expect(await runConversation({ call, script })).toEqual({ steps: [], completed: false, callEnded: true });
  });
});
