import twilio from 'twilio';
import type { Watermark } from '../../sandbox/audio/watermark.ts';
import type { TwilioDirections } from '../../sandbox/script/schema.ts';
import { callForm, statusForm } from '../../sandbox/twilio/form.ts';
import { PlayoutLedger } from '../../sandbox/twilio/ledger.ts';
import { Mouth, type Speech } from '../../sandbox/twilio/mouth.ts';
import { type Verb, parseTwiml } from '../../sandbox/twilio/twiml.ts';
import type { CallClock } from './clock.ts';
import { RestAnswers, type RestReply, describeAnswer, replyTo } from './rest.ts';
import { type FarEnd, type NearSocket, PhoneStream } from './stream.ts';
import type { Timeline } from './timeline.ts';

export const ACCOUNT_SID = 'ACscenario00000000000000000000000';
export const AUTH_TOKEN = 'scenario-token';

const SLOT_MS = 20;
/** A webhook or a REST request takes this long, there and back, beside what the server takes. */
const TRAVEL_MS = 60;
const DIGIT_MS = 200;
const SAY_MS_PER_CHARACTER = 60;
/** A pause shorter than this does not end an utterance of the agent on the timeline. */
const PAUSE_MS = 120;
/** A stream that is opened twice is opened again after this. */
const SECOND_STREAM_MS = 500;

/** The product's doors, as the telephone company reaches them. */
export interface Doors {
  /** Where the product says that it is reached. */
  readonly publicUrl: string;
  webhook(path: string, form: Readonly<Record<string, string>>, signature: string): Promise<string>;
  stream(url: string, far: FarEnd): NearSocket;
}

export interface TelephoneOptions {
  readonly clock: CallClock;
  readonly timeline: Timeline;
  readonly directions: TwilioDirections;
  readonly doors: Doors;
  readonly callSid: string;
  readonly from: string;
  readonly to: string;
  /** One way between Twilio and the server, ms, where the scenario says nothing. */
  readonly latencyMs: number;
}

/** What the caller's ear and the end of the line mean to whoever plays the caller. */
export interface CallerEar {
  heard(at: number, ms: number, mark: Watermark | null): void;
  over(): void;
}

/** Twilio as a scenario directs it: one call, its webhooks, its media stream with the playout buffer, its REST resource. */
export class Telephone {
  readonly sid: string;
  readonly heard = new PlayoutLedger();
  lastAudibleAt: number | null = null;
  over = false;
  readonly #options: TelephoneOptions;
  readonly #rest: RestAnswers;
  readonly #mouth = new Mouth();
  readonly #ears: CallerEar[] = [];
  #status: 'ringing' | 'in-progress' | 'completed' = 'ringing';
  #answeredAt: number | null = null;
  #stream: PhoneStream | null = null;
  #connect: Verb | null = null;
  readonly #all: PhoneStream[] = [];
  #statusSequence = 0;
  #nextSlot = 0;
  #onStreaming: (() => void)[] = [];

  constructor(options: TelephoneOptions) {
    this.#options = options;
    this.sid = options.callSid;
    this.#rest = new RestAnswers(options.directions);
  }

  /** Media streams that are not over. */
  get openStreams(): number {
    return this.#all.filter((stream) => !stream.over).length;
  }

  /** One way between Twilio and the server, ms. */
  get latencyMs(): number {
    return this.#options.directions.latency_ms ?? this.#options.latencyMs;
  }

  /** A person rings the business. */
  ring(ear: CallerEar): void {
    const { directions, timeline } = this.#options;
    this.#ears.push(ear);
    timeline.note('ring', this.#options.from);
    this.#tick();
    const ask = () => this.#post('/webhook/incoming_call', {});
    const first = ask();
    const again = directions.webhook === 'twice_at_once' ? ask() : null;
    void first.then(async (answer) => {
      await again;
      // Twilio carries out the answer to the delivery it did not give up.
      this.#carryOut(directions.webhook === 'twice' ? await ask() : answer);
    });
  }

  /** Runs once a stream has sent its `start`. */
  onStreaming(run: () => void): void {
    if (this.#stream?.started === true) run();
    else this.#onStreaming.push(run);
  }

  speak(frames: readonly Uint8Array[]): Speech {
    return this.#mouth.say(frames, this.#nextSlot * SLOT_MS);
  }

  press(digits: string, done: () => void): void {
    [...digits].forEach((digit, index) => {
      this.#options.clock.after(index * DIGIT_MS, () => {
        this.#stream?.press(digit);
        if (index === digits.length - 1) done();
      });
    });
  }

  hangUp(): void {
    if (this.over) return;
    this.#options.timeline.note('caller_hangs_up');
    this.#end('by the caller');
  }

  /** Milliseconds of a line of speech that the caller heard so far. */
  playedMsOf(line: number): number {
    this.#stream?.advance();
    return this.heard.playedMsOf(line);
  }

  /** The REST API is asked to end the call. Null: the connection breaks; never resolves: no answer comes. */
  async hangUpRequest(): Promise<RestReply | null> {
    const { timeline, clock } = this.#options;
    const answer = this.#rest.next();
    timeline.note('rest', describeAnswer(answer), { answer });
    const travel = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
    await travel(TRAVEL_MS / 2);
    if (answer === 'never') return new Promise(() => {});
    if (answer === 'down') return null;
    if (typeof answer === 'object') await travel(answer.slow_ms);
    const { reply, ends } = replyTo(answer, this.over);
    if (ends !== null) this.#end(ends);
    await travel(TRAVEL_MS / 2);
    return reply;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  async #post(path: string, extra: Readonly<Record<string, string>>): Promise<string> {
    const { clock, doors, timeline, from, to } = this.#options;
    const status = this.#status;
    const form = {
      ...callForm({ sid: this.sid, accountSid: ACCOUNT_SID, from, to, direction: 'inbound', status }),
      ...extra,
    };
    await new Promise<void>((resolve) => void clock.after(TRAVEL_MS / 2, resolve));
    const signature = twilio.getExpectedTwilioSignature(AUTH_TOKEN, `${doors.publicUrl}${path}`, form);
    timeline.note('webhook', `${path} ${form['StreamEvent'] ?? form['CallStatus'] ?? ''}`, { path });
    const answer = await clock.outside(doors.webhook(path, form, signature)).catch((error: unknown) => {
      timeline.note('line_error', `11200 ${String(error)}`, { code: 11200 });
      return '';
    });
    await new Promise<void>((resolve) => void clock.after(TRAVEL_MS / 2, resolve));
    return answer;
  }

  /** Posts to an address that the TwiML named; nowhere without one. Null when it named none. */
  async #postTo(url: string | undefined, extra: Readonly<Record<string, string>>): Promise<string | null> {
    return url === undefined ? null : this.#post(new URL(url).pathname, extra);
  }

  #carryOut(body: string): void {
    if (this.over) return;
    const twiml = parseTwiml(body);
    if (twiml.kind === 'error') {
      this.#options.timeline.note('line_error', `${twiml.code} ${twiml.message}`, { code: twiml.code });
      return this.#end('of broken TwiML');
    }
    this.#answeredAt ??= this.#now();
    this.#status = 'in-progress';
    let waitMs = 0;
    for (const verb of twiml.verbs) {
      if (verb.name === 'Say') {
        this.#options.timeline.note('line_says', verb.text, {}, this.#now() + waitMs);
        waitMs += verb.text.length * SAY_MS_PER_CHARACTER;
      } else if (verb.name === 'Connect') return this.#connectStream(verb);
      else break;
    }
    this.#options.clock.after(waitMs, () => this.#end('by TwiML'));
  }

  get #streamVerb(): Verb | undefined {
    return this.#connect?.children.find((child) => child.name === 'Stream');
  }

  #connectStream(connect: Verb): void {
    const { directions, clock } = this.#options;
    this.#connect = connect;
    if (directions.stream === 'never') {
      // The handshake failed: Twilio reports it and goes on with the action.
      this.#reportStream({ StreamEvent: 'stream-error', StreamError: 'Stream - Handshake' });
      return this.#afterStream();
    }
    this.#open();
    if (directions.stream === 'twice') clock.after(SECOND_STREAM_MS, () => this.#open());
  }

  #open(): void {
    const { clock, timeline, directions, doors } = this.#options;
    const verb = this.#streamVerb;
    const url = verb?.attributes['url'];
    if (verb === undefined || url === undefined) {
      timeline.note('line_error', '12200 <Connect> without a <Stream url>', { code: 12200 });
      return this.#afterStream();
    }
    const number = this.#all.length + 1;
    const streamSid = `MZ${this.sid.slice(2, 24)}${String(number).padStart(10, '0')}`;
    const customParameters = Object.fromEntries(
      verb.children.map(({ attributes }) => [attributes['name'] ?? '', attributes['value'] ?? '']),
    );
    const stream: PhoneStream = new PhoneStream({
      clock,
      timeline,
      directions,
      ledger: number === 1 ? this.heard : new PlayoutLedger(),
      start: { streamSid, accountSid: ACCOUNT_SID, callSid: this.sid, customParameters },
      number,
      connect: (far) => doors.stream(url, far),
      onStarted: () => {
        this.#reportStream({ StreamEvent: 'stream-started', StreamSid: streamSid });
        if (number === 1) for (const run of this.#onStreaming.splice(0)) run();
      },
      onAudible: (at, ms, mark) => {
        if (number === 1) this.#audible(at, ms, mark);
      },
      onLost: () => {
        if (stream !== this.#stream || this.over) return;
        this.#reportStream({ StreamEvent: 'stream-stopped', StreamSid: streamSid });
        this.#afterStream();
      },
    });
    this.#all.push(stream);
    if (number === 1) this.#stream = stream;
  }

  #reportStream(extra: Readonly<Record<string, string>>): void {
    void this.#postTo(this.#streamVerb?.attributes['statusCallback'], extra);
  }

  #audible(at: number, ms: number, mark: Watermark | null): void {
    const { timeline } = this.#options;
    const last = this.lastAudibleAt;
    if (last === null || at - last > PAUSE_MS) {
      if (last !== null) timeline.note('agent_quiet', '', {}, last);
      const text = mark === null ? '(no line of the script)' : `line ${mark.line + 1}`;
      timeline.note('agent_audible', text, { line: mark?.line ?? null }, at);
    }
    this.lastAudibleAt = at + ms;
    for (const ear of this.#ears) ear.heard(at, ms, mark);
  }

  /** The stream is gone; Twilio asks the action what is next, and without one the call is over. */
  #afterStream(): void {
    void this.#postTo(this.#connect?.attributes['action'], {}).then((answer) => {
      if (answer === null) this.#end('without an action');
      else this.#carryOut(answer);
    });
  }

  /** The telephone call is over. */
  #end(how: string): void {
    if (this.over) return;
    this.over = true;
    const { timeline, directions, clock } = this.#options;
    timeline.note('line_over', how);
    this.#status = 'completed';
    this.#mouth.close(this.#now());
    for (const ear of this.#ears) ear.over();
    const order = directions.status_callback ?? 'after_stop';
    const endStream = () => {
      if (this.#stream === null || this.#stream.over || directions.stop === 'forgotten') return;
      this.#stream.stop();
      this.#reportStream({ StreamEvent: 'stream-stopped', StreamSid: this.#stream.sid });
      void this.#postTo(this.#connect?.attributes['action'], {});
    };
    const sendStatus = () => {
      if (order === 'never') return;
      const durationMs = this.#now() - (this.#answeredAt ?? this.#now());
      void this.#post('/webhook/call_status', statusForm(this.#statusSequence++, durationMs));
    };
    if (order === 'before_stop') {
      sendStatus();
      clock.after(TRAVEL_MS + 100, endStream);
    } else {
      endStream();
      clock.after(directions.status_delay_ms ?? 0, sendStatus);
    }
  }

  /** Fifty times a second: the caller's frame, or silence. */
  #tick(): void {
    if (this.over) return;
    const at = this.#nextSlot * SLOT_MS;
    this.#nextSlot++;
    this.#mouth.speak(at, (frame) => this.#stream?.deliver(frame, at) ?? false);
    this.#options.clock.after(this.#nextSlot * SLOT_MS - this.#now(), () => this.#tick());
  }
}
