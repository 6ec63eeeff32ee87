import { fileURLToPath } from 'node:url';
import { commandActor } from '../domain/audit/index.ts';
import { getCallBySid } from '../domain/calls/index.ts';
import type { Insight } from '../domain/insights/index.ts';
import { settingsRegistry, updateSettings } from '../domain/settings/index.ts';
import { dropUnused } from '../domain/speech/index.ts';
import { isAppError } from '../platform/errors.ts';
import { plugins } from '../plugins/index.ts';
import { DEMO, DEMO_SETTINGS, seedDemo } from '../prisma/seed.ts';
import { runConversation } from '../sandbox/conversation.ts';
import type { ReceivedDelivery } from '../sandbox/receiver/index.ts';
import { DEFAULT_CONVERSATION, conversationPath, loadScript } from '../sandbox/script/parse.ts';
import type { Script } from '../sandbox/script/schema.ts';
import { narrate } from './demo/narrator.ts';
import { type DemoOptions, USAGE, readOptions } from './demo/options.ts';
import { type DemoOutcome, outcomeOf } from './demo/outcome.ts';
import { type DemoWorld, startWorld } from './demo/world.ts';

/** One scripted Hebrew call through everything: the product as it runs in production, the world around it on loopback. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The call must be final this long after it ended, and delivered this long after that. */
const FINAL_LIMIT_MS = 30_000;
const DELIVERY_LIMIT_MS = 30_000;
/** The analysis is waited for this long. */
const INSIGHT_LIMIT_MS = 20_000;
/** A caller whose script is over stays on the line this long for the agent to end the call; then they hang up. */
const STAY_ON_LINE_MS = 8000;
const DEFAULT_CALLER = '+972501234567';

/** The demo business's settings for this conversation. Where the agent speaks first, its first line is the greeting. */
function settingsFor(script: Script, mondayUrl: string): Record<string, unknown> {
  const first = script.conversation[0];
  const opening = first?.kind === 'agent' ? { greeting_message: first.agent } : {};
  return {
    ...settingsRegistry(plugins).defaults,
    ...DEMO_SETTINGS,
    ...opening,
    monday_webhook_url: mondayUrl,
    send_call_transcripts_to_monday: true,
    record_calls: true,
    ...script.settings,
  };
}

async function placeCall(world: DemoWorld, script: Script, say: (line: string) => void): Promise<DemoOutcome> {
  const { db, twilio, receiver, url } = world;
  const { businessId } = await seedDemo(db);
  const settings = settingsFor(script, `${receiver.url}/monday`);
  // A run before this one rendered them with its own model, whose marks nobody here can read: a caller would wait for a
  // greeting that was said.
  await db.withBusiness(businessId, (tx) => dropUnused(tx, businessId, '', []));
  await updateSettings(db, businessId, settings, settingsRegistry(plugins), {
    role: 'system_admin',
    actor: commandActor('demo'),
  });

  say(`\n${script.title}`);
  if (!world.usesRealModel) say('(מודל הדיבור הוא של ארגז החול: מילות הלקוח באות מהתסריט, לא מזיהוי דיבור)');
  const call = twilio.call({
    from: script.from ?? DEFAULT_CALLER,
    to: DEMO.number,
    webhookUrl: `${url}/webhook/incoming_call`,
    statusCallbackUrl: `${url}/webhook/call_status`,
  });
  say(`call ${call.sid} from ${call.from} to ${call.to}\n`);
  const narrator = narrate(db, businessId, call.sid, say);
  try {
    const played = runConversation({ call, script });
    const result = await played;
    if (!result.callEnded) await Promise.race([call.ended, waitThenHangUp(call)]);
    await call.ended;
    const endedAt = Date.now();
    const detail = await narrator.finished(FINAL_LIMIT_MS);
    say(`\nended: ${detail.endReason ?? '?'} (${detail.durationSec ?? 0} s)`);
    if (!result.completed) say('note: the call ended before its script did');
    for (const error of call.errors) say(`Twilio: ${error.code} ${error.message}`);
    const expected = detail.deliveries.length;
    // A demo that was broken off left a call behind, which is made final and delivered now as well.
    const isOfCall = ({ body }: ReceivedDelivery) =>
      typeof body === 'object' && body !== null && 'call_sid' in body && body.call_sid === call.sid;
    for (let count = 0; count < expected; count++) await receiver.next(isOfCall, DELIVERY_LIMIT_MS);
    const deliveries = receiver.deliveries.filter(isOfCall);
    const outcome = outcomeOf({ call, detail, deliveries, script, endedAt });
    for (const delivery of outcome.deliveries)
      say(`\nMonday got (answered ${delivery.status}):\n${JSON.stringify(delivery.body, null, 2)}`);
    tellInsight(await analysed(db, businessId, call.sid), say);
    if (call.errors.length > 0) throw new Error(`Twilio reported ${call.errors.length} error(s)`);
    return outcome;
  } finally {
    narrator.stop();
  }
}

/** The call's analysis once it is there, or as it stands when it takes too long. */
async function analysed(db: DemoWorld['db'], businessId: string, callSid: string): Promise<Insight | null> {
  const limit = performance.now() + INSIGHT_LIMIT_MS;
  for (;;) {
    const insight = (await getCallBySid(db, businessId, callSid))?.insight ?? null;
    if (insight?.status !== 'pending' || performance.now() > limit) return insight;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function tellInsight(insight: Insight | null, say: (line: string) => void): void {
  if (insight?.status !== 'done') return say(`\nno analysis: ${insight?.reason ?? insight?.status ?? 'none'}`);
  say(`\nסיכום: ${insight.summary ?? ''}\nהצעד הבא: ${insight.nextStep ?? ''}`);
  say(`נושא: ${insight.topic ?? ''} · ציון: ${insight.score ?? ''}`);
  for (const { key, value } of insight.fields) say(`  ${key}: ${value}`);
}

async function waitThenHangUp(call: { hangUp(): void; readonly ended: Promise<unknown> }): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, STAY_ON_LINE_MS);
  });
  await Promise.race([call.ended, patience]);
  clearTimeout(timer);
  call.hangUp();
}

async function main(options: DemoOptions): Promise<number> {
  // With --json standard output belongs to the one line of JSON.
  const say = (line: string) => (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const script = loadScript(options.script ?? conversationPath(DEFAULT_CONVERSATION));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  const stopAsked = new Promise<void>((resolve) => interrupted.signal.addEventListener('abort', () => resolve()));
  let died: (name: string) => void = () => {};
  const death = new Promise<never>((_, reject) => {
    died = (name) => reject(new Error(`${name} died`));
  });
  death.catch(() => {});

  const world = await startWorld({ root: ROOT, script, say, onDeath: died });
  try {
    const outcome = await Promise.race([placeCall(world, script, say), death, stopAsked]);
    if (outcome === undefined) return 1;
    if (options.json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
    if (options.once) return 0;
    say(`\nopen ${world.url}\nsign in with ${DEMO.ownerEmail} / ${DEMO.ownerPassword}`);
    say(`web ${world.pids.web}, worker ${world.pids.worker}; log: ${world.logFile}; stop with Ctrl-C`);
    await Promise.race([stopAsked, death]);
    return 0;
  } finally {
    await world.stop();
  }
}

/**
 * The message, what it is about, and under it the cause: for a script that cannot be read the lines and what is wrong in
 * them, for settings in it the names and what they should be.
 */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const fields = isAppError(error) ? error.details['fields'] : undefined;
  const about = fields === undefined ? '' : ` (settings: ${JSON.stringify(fields)})`;
  return `${error.message}${about}${error.cause === undefined ? '' : `\n${reasonOf(error.cause)}`}`;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(USAGE);
  else process.exitCode = await main(options);
} catch (error) {
  process.stderr.write(`demo failed: ${reasonOf(error)}\n`);
  process.exitCode = 1;
}
