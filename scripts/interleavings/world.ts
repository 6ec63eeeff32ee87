import { plugins } from '../../plugins/index.ts';
import type { ModelEvent } from '../../voice/model/speech-model.ts';
import { END_REASONS } from '../../voice/plugin.ts';
import type { CallConfig, SpokenText } from '../../voice/session/config.ts';
import { DEFAULT_TIMEOUTS } from '../../voice/session/limits.ts';
import { Session } from '../../voice/session/session.ts';
import { Toolbox } from '../../voice/session/toolbox.ts';
import { ENGINE_LINES } from '../../voice/lines.ts';
import { ActiveCalls } from '../../voice/twilio/active-calls.ts';
import { CountedClock, VirtualClock } from '../scenario/clock.ts';
import { UnrulyLine } from './line.ts';
import { UnrulyModel } from './model.ts';
import { CALLER_WORDS, type HangUpPlan, type Plan } from './plan.ts';

const CALL_SID = 'CA1';
const SILENT_FRAME = Buffer.alloc(160, 0xff).toString('base64');
const QUIET_FRAME = Buffer.alloc(160, 0x5a).toString('base64');
const LOUD_FRAME = Buffer.alloc(160, 0x20).toString('base64');
/** A byte of the engine's own sentences: no model spoke it. */
const LINE_BYTE = 0x75;
/** After its end a call may keep a timer, a socket or a lease for this long. */
const AFTER_END_MS = 5000;
/** A call of a minute never needs so many: who asks for more would ask for ever. */
const MOST_REPLIES = 60;
/** However it was planned, it is over by then. */
const END_LIMIT_MS = 120_000;

/**
 * One call: the real session and its plugins on a virtual clock, between a line and models that do as planned, and what
 * was found that must never be. Everything that must hold is looked at here, from outside.
 */
export class World {
  readonly findings: string[] = [];
  readonly #plan: Plan;
  readonly #clock = new VirtualClock();
  /** The product's own time: what is left on it was left by the product. */
  readonly #ours = new CountedClock(this.#clock);
  readonly #line: UnrulyLine;
  readonly #models: UnrulyModel[] = [];
  readonly #session: Session;
  readonly #calls = new ActiveCalls();
  readonly #left: { [Key in 'connections' | 'replies' | 'hangUps' | 'saves']: [...Plan[Key]] };
  #numbers = 0;
  #asked = 0;
  #utterances = 0;
  #endedAt: number | null = null;
  #ends: string[] = [];
  #settled = 0;
  #disposed = 0;
  #hangUp: 'none' | 'asked' | 'taken' = 'none';

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#left = {
      connections: [...plan.connections],
      replies: [...plan.replies],
      hangUps: [...plan.hangUps],
      saves: [...plan.saves],
    };
    this.#line = new UnrulyLine(
      this.#clock,
      plan.line,
      { mark: (name) => this.#session.mark(name), closed: () => this.#session.streamEnded('lost') },
      (finding) => this.#find(finding),
    );
    const toolbox = new Toolbox(plugins, { leads: { save: () => this.#save() } });
    this.#session = new Session({
      config: configOf(plan),
      plugins,
      toolbox,
      clock: this.#ours,
      line: this.#line,
      model: this.#connect((event) => this.#session.modelEvent(event)),
      reconnectModel: (onEvent) => this.#connect(onEvent),
      hangUp: () => this.#askHangUp(),
      recorder: {
        saveTurns: () => {
          if (this.#settled > 0) this.#find('a turn after the transcript was settled');
        },
        callEnded: ({ reason }) => {
          this.#endedAt ??= this.#clock.now();
          this.#ends.push(reason);
          if (!(END_REASONS as readonly string[]).includes(reason)) this.#find(`an end of no known reason: ${reason}`);
          if (this.#calls.running().size > 0) this.#find('a lease that is renewed after the end');
        },
        transcriptsSettled: () => {
          this.#settled++;
          if (this.#ends.length === 0) this.#find('a settled transcript of a call that goes on');
        },
        alert: () => undefined,
        usage: () => undefined,
        optedOut: () => undefined,
        happened: () => undefined,
      },
      log: (event, fields) => {
        if (event.startsWith('plugin_')) this.#find(`${event} ${JSON.stringify(fields)}`);
      },
      onDisposed: () => {
        this.#disposed++;
        this.#calls.remove(CALL_SID, this.#session);
      },
    });
  }

  /** Plays the plan to its end and five seconds on. */
  async play(): Promise<readonly string[]> {
    this.#calls.add(CALL_SID, { session: this.#session, businessId: 'business', callId: 'call' });
    this.#session.start();
    for (const action of this.#plan.actions) await this.#act(action);
    await this.#finish();
    const endedAt = this.#endedAt;
    if (endedAt === null) this.#find('no end');
    // A broken rule is enough: what it leads to may go on for ever.
    if (endedAt === null || this.#isBroken) return this.findings;
    await this.#pass(Math.max(0, endedAt + AFTER_END_MS - this.#clock.now()));
    this.#lookForLeftovers();
    await this.#sayMore();
    if (this.#ends.length !== 1) this.#find(`${this.#ends.length} ends: ${this.#ends.join(', ')}`);
    return this.findings;
  }

  async #act(action: Plan['actions'][number]): Promise<void> {
    switch (action.do) {
      case 'wait':
        return this.#pass(action.ms);
      case 'speak':
        return this.#speak(action);
      case 'noise':
        return this.#sound(action.ms, LOUD_FRAME);
      case 'stray':
        return this.#stray(action.what);
      case 'dtmf':
        if (!this.#line.over) this.#session.dtmf('1');
        return;
      case 'status_over':
        return this.#session.lineOver();
      case 'staff_ends':
        return this.#session.end();
      case 'model_drops':
        return this.#model.drop();
    }
  }

  /** The caller speaks; the model's VAD makes a turn of it, and its words come when they come. */
  async #speak(action: Extract<Plan['actions'][number], { do: 'speak' }>): Promise<void> {
    const itemId = `caller_${++this.#utterances}`;
    const model = this.#model;
    const frame = action.loud ? LOUD_FRAME : QUIET_FRAME;
    const audioStartMs = model.heardMs;
    await this.#sound(Math.min(120, action.ms), frame);
    if (model.isReady) model.emit({ type: 'speech_started', itemId, audioStartMs });
    await this.#sound(Math.max(0, action.ms - 120), frame);
    const audioEndMs = model.heardMs;
    await this.#sound(action.commitMs, SILENT_FRAME);
    if (!model.isReady) return;
    model.emit({ type: 'speech_stopped', itemId, audioEndMs });
    model.emit({ type: 'committed', itemId, previousItemId: model.join(itemId) });
    if (action.transcript === 'never') return;
    const words = action.transcript === 'empty' ? '' : (CALLER_WORDS[action.words] ?? '');
    const times = action.transcript === 'twice' ? 2 : 1;
    for (let time = 1; time <= times; time++) {
      this.#clock.after(action.transcriptMs * time, () =>
        model.emit(
          action.transcript === 'failed'
            ? { type: 'transcript_failed', itemId }
            : { type: 'transcript', itemId, text: words },
        ),
      );
    }
  }

  async #sound(ms: number, frame: string): Promise<void> {
    for (let sent = 0; sent < ms; sent += 20) {
      await this.#pass(20);
      if (!this.#line.over) this.#session.callerAudio(frame);
    }
  }

  #stray(what: Extract<Plan['actions'][number], { do: 'stray' }>['what']): void {
    const model = this.#model;
    const itemId = `caller_${1 + (this.#utterances % 3)}`;
    const [responseId, agentItem] = [`resp_${this.#numbers}`, `agent_${this.#numbers}`];
    const callId = `tool_${++this.#numbers}`;
    const events: Readonly<Record<Exclude<typeof what, 'mark' | 'audio'>, ModelEvent>> = {
      speech_started: { type: 'speech_started', itemId, audioStartMs: Math.max(0, model.heardMs - 300) },
      speech_stopped: { type: 'speech_stopped', itemId, audioEndMs: model.heardMs },
      committed: { type: 'committed', itemId, previousItemId: null },
      transcript: { type: 'transcript', itemId, text: CALLER_WORDS[4] },
      response_done: { type: 'response_done', responseId: 'resp_x', status: 'failed', code: null, permanent: false },
      words: { type: 'words_done', responseId, itemId: agentItem, text: 'להתראות' },
      error: { type: 'error', code: 'invalid_value', message: '', eventId: 'truncate_1', permanent: false },
      tool_call: { type: 'tool_call', responseId: 'resp_x', callId, name: 'save_lead_details', args: '{}' },
      ready: { type: 'ready' },
    };
    if (what === 'mark') return this.#line.over ? undefined : this.#session.mark('g0-1');
    if (what === 'audio') return model.isReady ? model.speakUnasked() : undefined;
    if (what === 'tool_call') model.allowTool(callId);
    if (model.isReady) model.emit(events[what]);
  }

  /** The line ends, one way or the other, unless the call has come to its end by itself. */
  async #finish(): Promise<void> {
    const { finale } = this.#plan;
    if (!this.#line.over && finale !== 'max_duration') {
      this.#endStream(finale === 'stop' ? 'stop' : 'lost');
      if (finale === 'lost_then_over') {
        await this.#pass(700);
        this.#session.lineOver();
      }
    }
    let late = false;
    this.#clock.after(END_LIMIT_MS, () => (late = true));
    await this.#clock.run(() => this.#endedAt !== null || late || this.#isBroken, Infinity);
  }

  #endStream(how: 'stop' | 'lost'): void {
    if (this.#line.over) return;
    this.#line.end();
    this.#session.streamEnded(how);
  }

  #lookForLeftovers(): void {
    if (this.#ours.pending > 0) this.#find(`${this.#ours.pending} timers five seconds after the end`);
    if (this.#models.some((model) => !model.closed)) this.#find('an open line to the model five seconds after the end');
    if (!this.#line.over) this.#find('an open stream five seconds after the end');
    if (this.#calls.size > 0) this.#find('a lease five seconds after the end');
    if (this.#settled !== 1) this.#find(`settled ${this.#settled} times`);
    if (this.#disposed !== 1) this.#find(`disposed of ${this.#disposed} times`);
  }

  /** Whatever is still said to a call that is over changes nothing. */
  async #sayMore(): Promise<void> {
    this.#session.callerAudio(LOUD_FRAME);
    this.#session.mark('g0-1');
    this.#session.lineOver();
    this.#session.end();
    this.#session.streamEnded('stop');
    this.#session.modelEvent({ type: 'ready' });
    await this.#pass(1000);
    if (this.#ours.pending > 0) this.#find('a timer of a call that was over');
    if (this.#settled !== 1 || this.#disposed !== 1) this.#find('settled or disposed of once more');
  }

  #connect(onEvent: (event: ModelEvent) => void): UnrulyModel {
    const model = new UnrulyModel({
      clock: this.#clock,
      onEvent,
      plan: next(this.#left.connections),
      nextReply: () => {
        const isLast = this.#left.replies.length === 1;
        const reply = next(this.#left.replies);
        // A model that calls tools for ever is the model's doing, not the engine's.
        if (isLast && this.#asked > 0 && reply.outcome === 'speaks') this.#left.replies = [{ ...reply, tools: [] }];
        if (++this.#asked <= MOST_REPLIES) return reply;
        this.#find('the model is asked again and again');
        return { outcome: 'ignored' };
      },
      nextNumber: () => ++this.#numbers,
      sentMsOf: (number) => this.#line.sentMsOf(number),
      find: (finding) => this.#find(finding),
    });
    this.#models.push(model);
    model.open();
    return model;
  }

  get #model(): UnrulyModel {
    return this.#models.at(-1) as UnrulyModel;
  }

  #askHangUp(): Promise<'done' | 'gone'> {
    if (this.#hangUp === 'taken') this.#find('a second hang-up');
    if (this.#hangUp === 'asked') this.#find('a hang-up while another is on its way');
    this.#hangUp = 'asked';
    const plan: HangUpPlan = next(this.#left.hangUps);
    return new Promise((resolve, reject) => {
      if (plan.outcome === 'never') return;
      this.#clock.after(plan.ms, () => {
        this.#hangUp = plan.outcome === 'fails' ? 'none' : 'taken';
        if (plan.outcome === 'fails') return reject(new Error('HTTP 500'));
        if (plan.stopMs !== null) this.#clock.after(plan.stopMs, () => this.#endStream('stop'));
        resolve(plan.outcome === 'gone' ? 'gone' : 'done');
      });
    });
  }

  #save(): Promise<Record<string, string>> {
    const { ms, outcome } = next(this.#left.saves);
    return new Promise((resolve, reject) => {
      if (outcome === 'never') return;
      this.#clock.after(ms, () => {
        if (outcome === 'fails') reject(new Error('the database is away'));
        else resolve({ name: 'דנה', phone: '+972501234567', topic: 'תור' });
      });
    });
  }

  async #pass(ms: number): Promise<void> {
    let due = false;
    this.#clock.after(ms, () => (due = true));
    await this.#clock.run(() => due || this.#isBroken, Infinity);
  }

  get #isBroken(): boolean {
    return this.findings.length > 0;
  }

  #find(finding: string): void {
    if (!this.findings.includes(finding)) this.findings.push(finding);
  }
}

/** The next of a plan; its last goes on for ever. */
function next<T>(left: T[]): T {
  return (left.length > 1 ? left.shift() : left[0]) as T;
}

function configOf(plan: Plan): CallConfig {
  const spoken = (text: string, ms: number): SpokenText => ({ text, audio: new Uint8Array(ms * 8).fill(LINE_BYTE) });
  const texts = plan.lines ? Object.values(ENGINE_LINES).flat() : [];
  return {
    context: {
      callId: 'call',
      businessId: 'business',
      businessName: 'העסק',
      direction: 'inbound',
      fromNumber: '+972501234567',
      toNumber: '+97231234567',
    },
    callSid: CALL_SID,
    maxCallMs: plan.maxCallMs,
    pluginSettings: Object.fromEntries(
      plugins.map(({ name, settings }) => {
        const own = Object.keys(settings.shape).filter((key) => key in plan.settings);
        const off = 'call_notice_enabled' in settings.shape ? { call_notice_enabled: false } : {};
        return [name, settings.parse({ ...off, ...Object.fromEntries(own.map((key) => [key, plan.settings[key]])) })];
      }),
    ),
    apology: spoken('סליחה, יש תקלה.', 1500),
    lines: new Map(texts.map((text) => [text, spoken(text, 1200)])),
    lastResort: new Map(),
    timeouts: DEFAULT_TIMEOUTS,
    turnTaking: 'guarded',
  };
}
