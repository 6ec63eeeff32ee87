import { randomBytes, randomInt } from 'node:crypto';
import { commandActor } from '../../../domain/audit/index.ts';
import { createBusiness } from '../../../domain/businesses/index.ts';
import { type CallDetail, getCallBySid, openCall } from '../../../domain/calls/index.ts';
import { settingsRegistry, updateSettings } from '../../../domain/settings/index.ts';
import { keepRendered } from '../../../domain/speech/index.ts';
import { plugins } from '../../../plugins/index.ts';
import type { Script } from '../../../sandbox/script/schema.ts';
import { Caller } from '../caller.ts';
import { ModelLine } from '../model-line.ts';
import type { Outcome, Tolerance } from '../outcome.ts';
import { CALLER, truncatesOf } from '../play.ts';
import { BUSINESS_NAME, renderedLines, SCENARIO_SETTINGS, settingsOf } from '../rendered.ts';
import { ACCOUNT_SID, type Doors, Telephone } from '../telephone.ts';
import { EVENT_KINDS, Timeline } from '../timeline.ts';
import { RealClock } from './clock.ts';
import { openMediaSocket } from './media-socket.ts';
import { BYTES_PER_MS } from '../../../voice/audio/mulaw.ts';
import type { Guest, Product } from './product.ts';

/** How far from a limit a moment may lie when real sockets, timers and a database are between it and its cause. */
export const REAL_TOLERANCE: Tolerance = { lateMs: 250, earlyMs: 50, truncateMs: 60, holeMs: 80 };

/** A turn is seen in the database, after the call: when it was written is not. */
const UNSEEN = new Set(['turn']);
/** After the line is over: so long a second end may come, and so long a call may take to be gone. */
const AFTERMATH_MS = 1500;
const GONE_LIMIT_MS = 30_000;
const POLL_MS = 100;
/** What a log line says beside its event and its fields. */
const LINE_OWN = new Set(['level', 'time', 'pid', 'msg', 'callSid', 'businessId']);

/** Plays a scenario over real sockets and in real time. Calls of one product are played one after the other. */
export async function playForReal(product: Product, script: Script): Promise<Outcome> {
  const began = performance.now();
  const from = script.from ?? CALLER;
  const business = await businessFor(product, script);
  const clock = new RealClock();
  const timeline = new Timeline(() => clock.now());
  const callSid = `CA${randomBytes(16).toString('hex')}`;
  const model = new ModelLine({
    clock,
    timeline,
    script,
    latencyMs: 0,
    playedOf: (line) => telephone.playedMsOf(line),
  });
  const telephone: Telephone = new Telephone({
    clock,
    timeline,
    directions: script.twilio ?? {},
    doors: doorsOf(product, clock, script.twilio?.latency_ms ?? 0),
    callSid,
    from,
    to: business.number,
    latencyMs: 0,
  });
  const lead: Record<string, string> = {};
  let ends = 0;
  const guest: Guest = {
    telephone,
    model,
    log(line) {
      if (line['callSid'] !== undefined && line['callSid'] !== callSid) return;
      const event = String(line['event'] ?? line['msg']);
      const fields = Object.fromEntries(Object.entries(line).filter(([name]) => !LINE_OWN.has(name)));
      const { event: _event, ...rest } = fields;
      timeline.note('log', `${event} ${JSON.stringify(rest)}`, { ...rest, event });
      if (event === 'business_alert') timeline.note('alert', String(line['kind']), { kind: line['kind'] });
      if (event !== 'call_ended') return;
      ends++;
      timeline.note('call_ended', String(line['endReason']), { reason: line['endReason'] });
    },
    changed(change) {
      if (change.kind === 'call_settled' && change.businessId === business.businessId) timeline.note('settled');
    },
    saveLead: (save) => async (call, details) => {
      const world = script.tools?.['save_lead_details'];
      const { delay_ms: delayMs } = world ?? {};
      if (delayMs !== undefined) await new Promise<void>((resolve) => void clock.after(delayMs, resolve));
      if (world?.fails === true) throw new Error('the database is away');
      const saved = await save(call, details);
      Object.assign(lead, saved);
      return saved;
    },
  };
  product.guest = guest;
  const caller = new Caller({ clock, timeline, telephone, script });
  caller.begin();

  await until(() => telephone.over);
  const overAt = clock.now();
  await pause(AFTERMATH_MS + (script.twilio?.status_delay_ms ?? 0));
  const read = () => getCallBySid(product.db, business.businessId, callSid);
  const isGone = async () =>
    model.open === 0 && (await product.activeCalls()) === 0 && hasSettled(timeline, await read());
  const deadline = overAt + GONE_LIMIT_MS;
  while (!(await isGone()) && clock.now() < deadline) await pause(POLL_MS);
  const detail = await read();
  const leftovers = [
    ...((await product.activeCalls()) > 0 ? ['a session that was never disposed of'] : []),
    ...(model.open > 0 ? [`${model.open} open connection(s) to the model`] : []),
    ...(telephone.openStreams > 0 ? [`${telephone.openStreams} open media stream(s)`] : []),
  ];
  product.guest = null;
  clock.close();
  if (telephone.lastAudibleAt !== null) timeline.note('agent_quiet', '', {}, telephone.lastAudibleAt);

  return {
    events: timeline.events,
    sees: new Set(EVENT_KINDS.filter((kind) => !UNSEEN.has(kind))),
    tolerance: REAL_TOLERANCE,
    endReason: detail?.endReason ?? null,
    ends,
    turns: detail?.turns ?? [],
    heard: telephone.heard,
    lastAudibleAt: telephone.lastAudibleAt,
    playedToEnd: caller.completed,
    silentEntry: caller.silentAt,
    truncates: truncatesOf(model, telephone),
    modelHeard: model.heard,
    lead,
    leftovers,
    countsTimers: false,
    callMs: overAt,
    tookMs: performance.now() - began,
  };
}

function hasSettled(timeline: Timeline, detail: CallDetail | null): boolean {
  if (detail === null || detail.status === 'in_progress') return false;
  // A call that never had a stream is settled with its end, and nobody is told.
  return detail.streamStartedAt === null || timeline.events.some(({ kind }) => kind === 'settled');
}

function doorsOf(product: Product, clock: RealClock, latencyMs: number): Doors {
  return {
    publicUrl: product.url,
    async webhook(path, form, signature) {
      const response = await fetch(`${product.url}${path}`, {
        method: 'POST',
        headers: { 'x-twilio-signature': signature },
        body: new URLSearchParams(form),
      });
      const body = await response.text();
      if (!response.ok) throw new Error(`${path} answered ${response.status} ${body}`);
      return body;
    },
    stream: (url, far) => openMediaSocket(url, clock, latencyMs, far),
  };
}

/** A business of this call's own, as the scenario sets it up. */
async function businessFor({ db }: Product, script: Script): Promise<{ businessId: string; number: string }> {
  const key = randomBytes(6).toString('hex');
  const number = `+9723${randomInt(1_000_000, 9_999_999)}`;
  const { businessId } = await createBusiness(db, {
    name: BUSINESS_NAME,
    number,
    ownerEmail: `owner-${key}@example.test`,
    ownerPassword: randomBytes(12).toString('hex'),
  });
  await updateSettings(db, businessId, { ...SCENARIO_SETTINGS, ...script.settings }, settingsRegistry(plugins), {
    role: 'system_admin',
    actor: commandActor('scenario'),
  });
  const voice = String(settingsOf(script)['voice']);
  for (const line of renderedLines(script, businessId).values())
    await keepRendered(db, businessId, voice, { ...line, durationMs: line.audio.length / BYTES_PER_MS });
  for (let nth = 0; nth < (script.calls_under_way ?? 0); nth++) {
    const callSid = `CA${randomBytes(16).toString('hex')}`;
    const form = { callSid, accountSid: ACCOUNT_SID, from: CALLER, to: number, direction: 'inbound' } as const;
    await openCall(db, { current: randomBytes(32).toString('hex') }, form);
  }
  return { businessId, number };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(POLL_MS);
}
