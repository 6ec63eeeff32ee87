import twilio from 'twilio';
import type { TwilioDirections } from '../../sandbox/script/schema.ts';
import { callForm, statusForm } from '../../sandbox/twilio/form.ts';
import { PlayoutLedger } from '../../sandbox/twilio/ledger.ts';
import { StreamWriter, parseServerMessage } from '../../sandbox/twilio/messages.ts';
import { Mouth, type Speech } from '../../sandbox/twilio/mouth.ts';
import { Playout, type PlayoutOutput } from '../../sandbox/twilio/playout.ts';
import { type Verb, parseTwiml } from '../../sandbox/twilio/twiml.ts';
import { FRAME_BYTES, SILENCE_BYTE, type Watermark } from '../../sandbox/audio/watermark.ts';
import { levelDb } from '../../sandbox/audio/mulaw.ts';
import type { VirtualClock } from './clock.ts';
import { VirtualSocket } from './socket.ts';
import type { Timeline } from './timeline.ts';

export const ACCOUNT_SID = 'ACscenario00000000000000000000000';
export const AUTH_TOKEN = 'scenario-token';
export const PUBLIC_URL = 'https://calls.example.test';

const SLOT_MS = 20;
/** A webhook takes this long, there and back. */
const WEBHOOK_MS = 60;
const DIGIT_MS = 200;
const SAY_MS_PER_CHARACTER = 60;
/** Agent audio below this level is no speech, dBFS. */
const SILENT_DB = -60;
/** A pause shorter than this does not end an utterance of the agent on the timeline. */
const PAUSE_MS = 120;
const SILENCE = Buffer.alloc(FRAME_BYTES, SILENCE_BYTE).toString('base64');

/** The product's doors, as the telephone company reaches them. */
export interface Doors {
  webhook(path: string, form: Readonly<Record<string, string>>, signature: string): Promise<string>;
  stream(socket: VirtualSocket): void;
}

export interface TelephoneOptions {
  readonly clock: VirtualClock;
  readonly timeline: Timeline;
  readonly directions: TwilioDirections;
  readonly doors: Doors;
  readonly from: string;
  readonly to: string;
}

/** What the caller's ear and the end of the line mean to whoever plays the caller. */
export interface CallerEar {
  heard(at: number, ms: number, mark: Watermark | null): void;
  over(): void;
}

interface Stream {
  readonly sid: string;
  readonly socket: VirtualSocket;
  readonly writer: StreamWriter;
  readonly playout: Playout;
  readonly openedAt: number;
  started: boolean;
  over: boolean;
  wake: () => void;
}

/** Twilio on a virtual clock: one call, its webhooks, its media stream with the playout buffer, its REST resource. */
export class Telephone {
  readonly sid = 'CA00000000000000000000000000000001';
  readonly heard = new PlayoutLedger();
  /** Pieces played, as they were played: for gaps and ends. */
  lastAudibleAt: number | null = null;
  over = false;
  readonly #options: TelephoneOptions;
  readonly #latencyMs: number;
  readonly #mouth = new Mouth();
  readonly #ears: CallerEar[] = [];
  #status: 'ringing' | 'in-progress' | 'completed' = 'ringing';
  #answeredAt: number | null = null;
  #stream: Stream | null = null;
  #streams = 0;
  #restRequests = 0;
  #statusSequence = 0;
  #nextSlot = 0;
  #onStreaming: (() => void)[] = [];

  constructor(options: TelephoneOptions) {
    this.#options = options;
    this.#latencyMs = options.directions.latency_ms ?? 10;
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
        const stream = this.#stream;
        if (stream !== null && !stream.over) stream.socket.tell(stream.writer.dtmf(digit));
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
    if (this.#stream !== null && !this.#stream.over)
      this.#hear(this.#stream, this.#stream.playout.advance(this.#now()));
    return this.heard.playedMsOf(line);
  }

  /** Stands in for `fetch` towards the REST API. */
  readonly rest: typeof fetch = async () => {
    const { directions, timeline, clock } = this.#options;
    const answers = directions.rest ?? ['ok'];
    const answer = answers[Math.min(this.#restRequests++, answers.length - 1)] ?? 'ok';
    timeline.note('rest', `hang up: ${typeof answer === 'object' ? `slow, ${answer.slow_ms} ms` : answer}`, { answer });
    const travel = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
    await travel(WEBHOOK_MS / 2);
    if (answer === 'never') return new Promise<Response>(() => {});
    if (answer === 'down') throw new TypeError('fetch failed');
    if (typeof answer === 'object') await travel(answer.slow_ms);
    if (typeof answer === 'number') return restAnswer(answer, 20500, 'An internal server error has occurred');
    if (answer === 'not_found' || (answer !== 'not_in_progress' && this.over)) {
      // A line that Twilio no longer knows is dead for the caller as well.
      this.#end('unknown to the REST API');
      return restAnswer(404, 20404, 'The requested resource was not found');
    }
    if (answer === 'not_in_progress') {
      this.#end('no longer in progress');
      return restAnswer(400, 21220, 'Call is not in-progress. Cannot redirect.');
    }
    this.#end('over REST');
    await travel(WEBHOOK_MS / 2);
    return restAnswer(200, null, '');
  };

  #now(): number {
    return this.#options.clock.now();
  }

  #form(): Record<string, string> {
    const { from, to } = this.#options;
    return callForm({ sid: this.sid, accountSid: ACCOUNT_SID, from, to, direction: 'inbound', status: this.#status });
  }

  async #post(path: string, extra: Readonly<Record<string, string>>): Promise<string> {
    const { clock, doors, timeline } = this.#options;
    const form = { ...this.#form(), ...extra };
    await new Promise<void>((resolve) => void clock.after(WEBHOOK_MS / 2, resolve));
    const signature = twilio.getExpectedTwilioSignature(AUTH_TOKEN, `${PUBLIC_URL}${path}`, form);
    timeline.note('webhook', `${path} ${form['StreamEvent'] ?? form['CallStatus'] ?? ''}`, { path });
    const answer = await clock.outside(doors.webhook(path, form, signature));
    await new Promise<void>((resolve) => void clock.after(WEBHOOK_MS / 2, resolve));
    return answer;
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
      if (verb.name === 'Say') waitMs += verb.text.length * SAY_MS_PER_CHARACTER;
      else if (verb.name === 'Connect') return this.#connect(verb);
      else break;
    }
    this.#options.clock.after(waitMs, () => this.#end('by TwiML'));
  }

  #connect(connect: Verb): void {
    const { directions, clock } = this.#options;
    const noun = connect.children.find((child) => child.name === 'Stream');
    const parameters = Object.fromEntries(
      (noun?.children ?? []).map(({ attributes }) => [attributes['name'] ?? '', attributes['value'] ?? '']),
    );
    if (directions.stream === 'never') {
      // The handshake failed: Twilio reports it and goes on with the action.
      void this.#post('/webhook/stream_status', { StreamEvent: 'stream-error', StreamError: 'Stream - Handshake' });
      return this.#afterStream();
    }
    this.#open(parameters);
    if (directions.stream === 'twice') clock.after(500, () => this.#open(parameters));
  }

  #open(customParameters: Record<string, string>): void {
    const { clock, timeline, directions, doors } = this.#options;
    const number = ++this.#streams;
    const sid = `MZ${String(number).padStart(32, '0')}`;
    const socket = new VirtualSocket(clock, this.#latencyMs, {
      message: (text) => this.#obey(stream, text),
      closed: (code) => this.#streamClosed(stream, code),
    });
    const stream: Stream = {
      sid,
      socket,
      writer: new StreamWriter({ streamSid: sid, accountSid: ACCOUNT_SID, callSid: this.sid, customParameters }),
      playout: new Playout(this.heard),
      openedAt: this.#now(),
      started: false,
      over: false,
      wake: () => {},
    };
    // A second stream of the same call is an intruder: the caller hears the first.
    if (number === 1) this.#stream = stream;
    timeline.note('stream_open', sid, { stream: number });
    doors.stream(socket);
    socket.tell(stream.writer.connected());
    if (directions.stop_without_start === true) return socket.tell(stream.writer.stop());
    if (directions.start === 'never') return;
    const delayMs = typeof directions.start === 'object' ? directions.start.after_ms : 0;
    clock.after(delayMs, () => this.#start(stream, number));
  }

  #start(stream: Stream, number: number): void {
    const { clock, directions } = this.#options;
    if (stream.over || this.over) return;
    stream.started = true;
    stream.socket.tell(stream.writer.start());
    void this.#post('/webhook/stream_status', { StreamEvent: 'stream-started', StreamSid: stream.sid });
    if (number > 1) return;
    for (const run of this.#onStreaming.splice(0)) run();
    for (const { after_ms, text } of directions.messages ?? []) {
      clock.after(after_ms, () => {
        const filled = text.replaceAll('$streamSid', stream.sid).replaceAll('$callSid', this.sid);
        if (!stream.over) stream.socket.tell(filled);
      });
    }
    if (directions.drop_socket_after_ms !== undefined) {
      clock.after(directions.drop_socket_after_ms, () => {
        if (stream.over) return;
        stream.socket.hangUp(1006);
        this.#streamClosed(stream, 1006);
      });
    }
    if (directions.half_open_after_ms !== undefined) {
      clock.after(directions.half_open_after_ms, () => stream.socket.goSilent());
    }
  }

  #obey(stream: Stream, text: string): void {
    if (stream.over) return;
    const message = parseServerMessage(text, stream.sid);
    const at = this.#now();
    switch (message.kind) {
      case 'media':
        return this.#hear(stream, stream.playout.push(message.payload, at));
      case 'mark':
        return this.#hear(stream, stream.playout.mark(message.name, at));
      case 'clear':
        this.#options.timeline.note('clear');
        return this.#hear(stream, stream.playout.clear(at));
      case 'invalid':
        return this.#options.timeline.note('line_error', `31951 ${message.reason}`, { code: 31951 });
    }
  }

  #hear(stream: Stream, output: readonly PlayoutOutput[]): void {
    const { clock, directions } = this.#options;
    for (const event of output) {
      if (event.kind === 'mark') {
        const marks = directions.marks ?? 'returned';
        if (marks === 'lost') continue;
        const tell = () => stream.socket.tell(stream.writer.mark(event.name));
        if (typeof marks === 'object') clock.after(marks.late_ms, tell);
        else tell();
      } else if (event.watermark !== null || levelDb(event.bytes) >= SILENT_DB) {
        this.#audible(event.at, event.ms, event.watermark);
      }
    }
    stream.wake();
    const due = stream.playout.nextDue();
    if (due === null) return;
    stream.wake = clock.after(due - this.#now(), () => {
      if (!stream.over) this.#hear(stream, stream.playout.advance(this.#now()));
    });
  }

  #audible(at: number, ms: number, mark: Watermark | null): void {
    const { timeline } = this.#options;
    const last = this.lastAudibleAt;
    if (last === null || at - last > PAUSE_MS) {
      if (last !== null) timeline.note('agent_quiet', '', {}, last);
      timeline.note(
        'agent_audible',
        mark === null ? '(no line of the script)' : `line ${mark.line + 1}`,
        { line: mark?.line ?? null },
        at,
      );
    }
    this.lastAudibleAt = at + ms;
    for (const ear of this.#ears) ear.heard(at, ms, mark);
  }

  /** The socket is gone; Twilio asks the action what is next. */
  #streamClosed(stream: Stream, code: number): void {
    if (stream.over) return;
    this.#shut(stream, `code ${code}`);
    if (stream !== this.#stream || this.over) return;
    void this.#post('/webhook/stream_status', { StreamEvent: 'stream-stopped', StreamSid: stream.sid });
    this.#afterStream();
  }

  #afterStream(): void {
    void this.#post('/webhook/stream_ended', {}).then((answer) => this.#carryOut(answer));
  }

  #shut(stream: Stream, why: string): void {
    stream.over = true;
    stream.wake();
    stream.playout.stop(this.#now());
    this.#options.timeline.note('stream_closed', why);
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
    const endStream = () => this.#stopStream();
    const sendStatus = () => {
      if (order === 'never') return;
      const durationMs = this.#now() - (this.#answeredAt ?? this.#now());
      void this.#post('/webhook/call_status', statusForm(this.#statusSequence++, durationMs));
    };
    const delayMs = directions.status_delay_ms ?? 0;
    if (order === 'before_stop') {
      sendStatus();
      clock.after(WEBHOOK_MS + 100, endStream);
    } else {
      endStream();
      clock.after(delayMs, sendStatus);
    }
  }

  #stopStream(): void {
    const stream = this.#stream;
    if (stream === null || stream.over) return;
    if ((this.#options.directions.stop ?? 'sent') === 'sent') stream.socket.tell(stream.writer.stop());
    stream.socket.hangUp(1000);
    this.#shut(stream, 'the call is over');
    void this.#post('/webhook/stream_status', { StreamEvent: 'stream-stopped', StreamSid: stream.sid });
    void this.#post('/webhook/stream_ended', {});
  }

  /** Fifty times a second: the caller's frame, or silence. */
  #tick(): void {
    if (this.over) return;
    const at = this.#nextSlot * SLOT_MS;
    this.#nextSlot++;
    this.#mouth.speak(at, (frame) => {
      const stream = this.#stream;
      if (stream === null || !stream.started || stream.over) return false;
      const payload =
        frame === null ? SILENCE : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('base64');
      stream.socket.tell(stream.writer.media(payload, Math.round(at - stream.openedAt)));
      return true;
    });
    this.#options.clock.after(this.#nextSlot * SLOT_MS - this.#now(), () => this.#tick());
  }
}

function restAnswer(status: number, code: number | null, message: string): Response {
  const body = { ok: status < 400, status, json: () => Promise.resolve({ code, message }) };
  return body as unknown as Response;
}
