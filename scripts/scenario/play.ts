import type { Script } from '../../sandbox/script/schema.ts';
import { readApology } from '../../voice/audio/apology.ts';
import { readLastResort } from '../../voice/audio/last-resort.ts';
import { Caller } from './caller.ts';
import { VirtualClock } from './clock.ts';
import { House } from './house.ts';
import { ModelLine } from './model-line.ts';
import { EXACT, type JudgedTruncate, type Outcome } from './outcome.ts';
import { Telephone } from './telephone.ts';
import { EVENT_KINDS, Timeline } from './timeline.ts';

/** Who rings where a scenario names nobody. */
export const CALLER = '+972501234567';
const NUMBER = '+97231234567';
/** One way between the server and Twilio, and between the server and the model. */
const LINE_LATENCY_MS = 10;
const MODEL_LATENCY_MS = 15;
/** No call lasts longer: the hour of a model's session, and some. */
const LIMIT_MS = 2_000_000;
/** After the line and the call are over: so long late callbacks may come, and a call may take to be gone. */
const AFTERMATH_MS = 5000;
/** A call whose line is over ends within this. */
const END_LIMIT_MS = 30_000;

/** Plays a scenario on a virtual clock: the real session between a virtual Twilio and the model double's core. */
export async function playVirtually(script: Script): Promise<Outcome> {
  const began = performance.now();
  const clock = new VirtualClock();
  const timeline = new Timeline(() => clock.now());
  const from = script.from ?? CALLER;
  const model = new ModelLine({
    clock,
    timeline,
    script,
    latencyMs: MODEL_LATENCY_MS,
    playedOf: (line) => telephone.playedMsOf(line),
  });
  const [apology, lastResort] = await Promise.all([readApology(), readLastResort()]);
  const house = new House({
    clock,
    timeline,
    script,
    model,
    telephone: () => telephone,
    apology,
    lastResort,
    from,
    to: NUMBER,
  });
  const telephone: Telephone = new Telephone({
    clock,
    timeline,
    directions: script.twilio ?? {},
    doors: house,
    callSid: 'CA00000000000000000000000000000001',
    from,
    to: NUMBER,
    latencyMs: LINE_LATENCY_MS,
  });
  const caller = new Caller({ clock, timeline, telephone, script });
  caller.begin();

  let overAt = Infinity;
  const aftermathMs = AFTERMATH_MS + (script.twilio?.status_delay_ms ?? 0);
  await clock.run(() => {
    if (telephone.over) overAt = Math.min(overAt, clock.now());
    const endedAt = Math.max(overAt, house.ends[0]?.at ?? overAt + END_LIMIT_MS);
    return clock.now() >= endedAt + aftermathMs;
  }, LIMIT_MS);
  if (telephone.lastAudibleAt !== null) timeline.note('agent_quiet', '', {}, telephone.lastAudibleAt);

  return {
    events: timeline.events,
    sees: new Set(EVENT_KINDS),
    tolerance: EXACT,
    endReason: house.ends[0]?.reason ?? null,
    ends: house.ends.length,
    turns: house.turns,
    heard: telephone.heard,
    lastAudibleAt: telephone.lastAudibleAt,
    playedToEnd: caller.completed,
    silentEntry: caller.silentAt,
    truncates: truncatesOf(model, telephone),
    modelHeard: model.heard,
    lead: house.lead,
    leftovers: house.leftovers(),
    countsTimers: true,
    callMs: Math.min(overAt, clock.now()),
    tookMs: performance.now() - began,
  };
}

/** What was played of each item that was truncated: a line said again later counts from its own beginning. */
export function truncatesOf(model: ModelLine, telephone: Telephone): JudgedTruncate[] {
  return model.truncates.map(({ at, itemId, audioEndMs, line }) => {
    const index = model.items.findIndex((item) => item.itemId === itemId);
    const item = model.items[index];
    const again = model.items.slice(index + 1).find((later) => later.line === line);
    const playedMs = (again?.playedBefore ?? telephone.playedMsOf(line)) - (item?.playedBefore ?? 0);
    return { at, toldMs: audioEndMs, playedMs };
  });
}
