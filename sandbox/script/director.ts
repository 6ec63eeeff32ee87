import { noise } from '../audio/noise.ts';
import { renderedText } from '../audio/rendered.ts';
import { speechFrames } from '../audio/speech.ts';
import { frameCount } from '../audio/timing.ts';
import type { Watermark } from '../audio/watermark.ts';
import { sameWords } from './progress.ts';
import type { Entry, Script } from './schema.ts';

/** The caller answers this long after the agent's line where the script says nothing else. */
const ANSWER_MS = 400;
/** Nobody starts to speak while the agent was audible this shortly before, unless the script interrupts. */
const TALKING_MS = 200;
/** A line whose last frame was heard is over after this much quiet: an instructed text may be longer than the script's. */
const TAIL_MS = 60;
/** A line that stops before its last frame is over after this much quiet; longer where the caller made a sound in it, since it may go on. */
const QUIET_MS = 700;
const INTERRUPTED_QUIET_MS = 2500;
/** A rendered sentence that was heard this far and is at its first frames again is said once more. In frames. */
const ANEW_AFTER = 10;
const ANEW_WITHIN = 3;

/** What the caller does now. */
export type Act =
  | { readonly kind: 'speak'; readonly entry: number; readonly frames: readonly Uint8Array[] }
  | { readonly kind: 'press'; readonly entry: number; readonly digits: string }
  | { readonly kind: 'wait'; readonly entry: number; readonly ms: number }
  | { readonly kind: 'hang_up'; readonly entry: number };

/** What to do at a moment. */
export type Direction =
  | { readonly kind: 'act'; readonly act: Act }
  /** Nothing to do; ask again at `until` (ms) or when something is heard or over, whichever is first. */
  | { readonly kind: 'listen'; readonly until: number; readonly entry: number | null }
  /** Every entry was played. */
  | { readonly kind: 'done' }
  /** The agent stayed silent for too long while this entry waited. */
  | { readonly kind: 'agent_silent'; readonly entry: number; readonly waitedMs: number };

/** One entry as it was played or heard. */
export interface Step {
  readonly entry: number;
  readonly kind: Entry['kind'];
  readonly startedAt: number;
  /** Null while it goes on. */
  readonly endedAt: number | null;
}

interface HeardLine {
  readonly firstAt: number;
  lastAt: number;
  ms: number;
  lastFrame: number;
  interrupted: boolean;
}

/** Options of a {@link Director}. */
export interface DirectorOptions {
  /** Longest silence of the agent while the caller waits for it, ms. Default 15 000. */
  readonly patienceMs?: number;
}

/**
 * The caller's part of a script, decided without a clock: it is told what becomes audible and when its acts are over,
 * and says what to do next. All times are ms of one clock.
 */
export class Director {
  private readonly entries: readonly Entry[];
  private readonly patienceMs: number;
  private readonly startedAt: number;
  private readonly lines = new Map<number, HeardLine>();
  /** Rendered speech by its line index: the entry it is heard as, and how far. */
  private readonly rendered = new Map<number, { readonly entry: number; lastFrame: number }>();
  /** Lengths of the agent's lines: asked for with every frame that is heard. */
  private readonly frames = new Map<number, number>();
  private readonly acted = new Map<number, { startedAt: number; endedAt: number | null }>();
  private index = 0;
  private running: number | null = null;
  private lastActEnd: number;
  private lastAudible = -Infinity;

  constructor(script: Script, startedAt: number, options: DirectorOptions = {}) {
    this.entries = script.conversation;
    this.startedAt = startedAt;
    this.lastActEnd = startedAt;
    this.patienceMs = options.patienceMs ?? 15_000;
  }

  /** A piece of agent audio of `ms` milliseconds becomes audible; silence is not told. */
  heard(at: number, ms: number, mark: Watermark | null): void {
    this.lastAudible = at + ms;
    if (mark === null) return;
    const entry = this.entryOf(mark);
    const line = this.lines.get(entry) ?? { firstAt: at, lastAt: at, ms: 0, lastFrame: 0, interrupted: false };
    line.lastAt = at + ms;
    line.ms += ms;
    line.lastFrame = Math.max(line.lastFrame, mark.frame);
    this.lines.set(entry, line);
  }

  /** The entry a frame belongs to. Speech rendered beforehand is told by its words; said again, it is the next such entry. */
  private entryOf(mark: Watermark): number {
    const text = renderedText(mark.line);
    if (text === null) return mark.line;
    const playing = this.rendered.get(mark.line);
    if (playing !== undefined && !(mark.frame < ANEW_WITHIN && playing.lastFrame >= ANEW_AFTER)) {
      playing.lastFrame = Math.max(playing.lastFrame, mark.frame);
      return playing.entry;
    }
    const from = playing === undefined ? 0 : playing.entry + 1;
    const found = this.entries.findIndex(
      (entry, index) => index >= from && entry.kind === 'agent' && sameWords(entry.agent, text),
    );
    const entry = found < 0 ? mark.line : found;
    this.rendered.set(mark.line, { entry, lastFrame: mark.frame });
    return entry;
  }

  /** The act of this entry began, or is over. */
  began(entry: number, at: number): void {
    this.acted.set(entry, { startedAt: at, endedAt: null });
    this.running = entry;
    if (this.entries[entry]?.kind === 'silence_ms') return;
    for (const line of this.lines.values()) if (at - line.lastAt < TALKING_MS) line.interrupted = true;
  }

  ended(entry: number, at: number): void {
    const act = this.acted.get(entry);
    if (act !== undefined) act.endedAt = at;
    if (this.running === entry) this.running = null;
    this.lastActEnd = Math.max(this.lastActEnd, at);
  }

  /** What was played and heard so far, by beginning. */
  steps(): Step[] {
    return this.entries
      .flatMap(({ kind }, entry): Step[] => {
        const line = kind === 'agent' ? this.lines.get(entry) : undefined;
        const act = line === undefined ? this.acted.get(entry) : { startedAt: line.firstAt, endedAt: line.lastAt };
        return act === undefined ? [] : [{ entry, kind, ...act }];
      })
      .sort((a, b) => a.startedAt - b.startedAt);
  }

  /** What to do at `at`. After an `act`, tell {@link began} and {@link ended} of it. */
  next(at: number): Direction {
    for (; this.index < this.entries.length; this.index++) {
      const entry = this.entries[this.index];
      if (entry === undefined || entry.kind === 'agent' || entry.kind === 'tool') continue;
      const due = this.dueAt(this.index, entry, at);
      if (due === 'unheard') return this.listen(at, this.agentBefore(this.index));
      if (due > at) return { kind: 'listen', until: due, entry: null };
      const act = this.act(this.index++, entry, at - due);
      return { kind: 'act', act };
    }
    if (this.running !== null) return { kind: 'listen', until: Infinity, entry: null };
    const last = this.agentBefore(this.entries.length);
    const closing = last !== null && !this.entries.slice(last).some((entry) => entry.kind === 'hang_up');
    if (!closing || this.overAt(last, at) !== null) return { kind: 'done' };
    return this.listen(at, last);
  }

  private listen(at: number, agent: number | null): Direction {
    const since = Math.max(this.lastAudible, this.lastActEnd, this.startedAt);
    if (agent !== null && this.running === null && at - since >= this.patienceMs)
      return { kind: 'agent_silent', entry: agent, waitedMs: at - since };
    const line = agent === null ? undefined : this.lines.get(agent);
    const quiet = line === undefined ? Infinity : line.lastAt + this.quietMs(agent ?? 0, line);
    return { kind: 'listen', until: Math.min(quiet > at ? quiet : Infinity, since + this.patienceMs), entry: agent };
  }

  private agentBefore(index: number): number | null {
    const found = this.entries.slice(0, index).findLastIndex((entry) => entry.kind === 'agent');
    return found < 0 ? null : found;
  }

  private quietMs(entry: number, line: HeardLine): number {
    const agent = this.entries[entry];
    const frames = agent?.kind === 'agent' ? this.framesOf(entry, agent.agent) : Infinity;
    if (line.lastFrame >= frames - 1) return TAIL_MS;
    return line.interrupted ? INTERRUPTED_QUIET_MS : QUIET_MS;
  }

  private framesOf(entry: number, text: string): number {
    const known = this.frames.get(entry) ?? frameCount(text);
    this.frames.set(entry, known);
    return known;
  }

  /** When the agent's line ended, or null while it may go on. */
  private overAt(entry: number, at: number): number | null {
    const line = this.lines.get(entry);
    return line !== undefined && at >= line.lastAt + this.quietMs(entry, line) ? line.lastAt : null;
  }

  /** When the entry is due, as far as can be told at `at`; 'unheard' while it waits for the agent. */
  private dueAt(index: number, entry: Entry, at: number): number | 'unheard' {
    const into = 'interrupt_after_ms' in entry ? entry.interrupt_after_ms : undefined;
    if (into !== undefined && entry.kind === 'hang_up' && this.entries[index - 1]?.kind === 'caller')
      return (this.acted.get(index - 1)?.startedAt ?? Infinity) + into;
    if (this.running !== null) return Infinity;
    const agent = this.agentBefore(index);
    const over = agent === null ? this.startedAt : this.overAt(agent, at);
    if (into !== undefined) return over !== null || (this.lines.get(agent ?? -1)?.ms ?? 0) >= into ? at : 'unheard';
    if (over === null) return 'unheard';
    const pause =
      entry.kind === 'silence_ms'
        ? 0
        : entry.kind !== 'agent' && entry.kind !== 'tool' && entry.after_ms !== undefined
          ? entry.after_ms
          : ANSWER_MS;
    const due = Math.max(over, this.lastActEnd) + pause;
    return entry.kind === 'silence_ms' ? due : Math.max(due, this.lastAudible + TALKING_MS);
  }

  /** The act of an entry that is taken up `lateMs` after it was due: the end of a line is only known a little later. */
  private act(index: number, entry: Entry, lateMs: number): Act {
    switch (entry.kind) {
      case 'caller':
        return { kind: 'speak', entry: index, frames: speechFrames(entry.caller, { voice: 'caller', line: index }) };
      case 'noise':
        return { kind: 'speak', entry: index, frames: noise(entry.noise, entry.ms) };
      case 'dtmf':
        return { kind: 'press', entry: index, digits: entry.dtmf };
      case 'silence_ms':
        return { kind: 'wait', entry: index, ms: Math.max(0, entry.silence_ms - lateMs) };
      case 'hang_up':
        return { kind: 'hang_up', entry: index };
      case 'agent':
      case 'tool':
        throw new TypeError(`entry ${index} is not the caller's`);
    }
  }
}
