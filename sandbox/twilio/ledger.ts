import type { Watermark } from '../audio/watermark.ts';

/** Milliseconds of one full frame. */
const FRAME_MS = 20;
/** Unmarked audio that goes on after a gap shorter than this ran dry; after a longer one it is new speech. */
const UNMARKED_GAP_MS = 200;
const SAME_INSTANT_MS = 0.01;

/** A stretch of audio played without a pause: frames of one line in sequence, or audio of one kind without a watermark. */
export interface PlayedRun {
  readonly startedAt: number;
  endedAt: number;
  /** The script line, or null for audio that carries no watermark. */
  readonly line: number | null;
  /** First and last frame index within the line; 0 without a watermark. */
  readonly firstFrame: number;
  lastFrame: number;
  /** Nothing but silence bytes. */
  readonly silent: boolean;
}

/** One frame of a run. */
export interface PlayedFrame {
  readonly at: number;
  readonly ms: number;
  readonly line: number | null;
  readonly frame: number;
  readonly silent: boolean;
}

/** The playout ran dry in the middle of speech: the caller heard a hole. */
export interface Underrun {
  readonly at: number;
  readonly gapMs: number;
  readonly line: number | null;
}

/** Audio that was buffered and never played. */
export interface DroppedAudio {
  readonly at: number;
  readonly reason: 'clear' | 'stream_closed';
  readonly ms: number;
  /** Dropped milliseconds by script line. */
  readonly lines: ReadonlyMap<number, number>;
  /** Names of the marks that stood behind that audio. */
  readonly marks: readonly string[];
}

export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** What the caller's ear got: every piece of agent audio that was played, and when. All times in ms of one clock. */
export class PlayoutLedger {
  readonly runs: PlayedRun[] = [];
  readonly underruns: Underrun[] = [];
  readonly dropped: DroppedAudio[] = [];
  #clearedSinceLast = false;

  /** Records a piece that was played from `startedAt` to `endedAt`; pieces come in playing order. */
  played(mark: Watermark | null, silent: boolean, startedAt: number, endedAt: number): void {
    const last = this.runs.at(-1);
    const line = mark?.line ?? null;
    const frame = mark?.frame ?? 0;
    if (last !== undefined) {
      const gapMs = startedAt - last.endedAt;
      const follows = last.line === line && last.silent === silent;
      if (
        gapMs <= SAME_INSTANT_MS &&
        follows &&
        (line === null || frame - last.lastFrame <= 1) &&
        frame >= last.lastFrame
      ) {
        last.endedAt = endedAt;
        last.lastFrame = frame;
        this.#clearedSinceLast = false;
        return;
      }
      const goesOn = line === null ? !silent && !last.silent && gapMs < UNMARKED_GAP_MS : frame > last.lastFrame;
      if (gapMs > SAME_INSTANT_MS && last.line === line && goesOn && !this.#clearedSinceLast) {
        this.underruns.push({ at: last.endedAt, gapMs, line });
      }
    }
    this.#clearedSinceLast = false;
    this.runs.push({ startedAt, endedAt, line, firstFrame: frame, lastFrame: frame, silent });
  }

  /** Records audio that will never be played. */
  drop(audio: DroppedAudio): void {
    this.dropped.push(audio);
    this.#clearedSinceLast = true;
  }

  /** Every frame that was played, in order; the last one of a run that was cut is shorter than 20 ms. */
  frames(): PlayedFrame[] {
    return this.runs.flatMap((run) => {
      const frames: PlayedFrame[] = [];
      for (let at = run.startedAt; at < run.endedAt - SAME_INSTANT_MS; at += FRAME_MS) {
        const frame = run.line === null ? 0 : Math.min(run.firstFrame + frames.length, run.lastFrame);
        frames.push({ at, ms: Math.min(FRAME_MS, run.endedAt - at), line: run.line, frame, silent: run.silent });
      }
      return frames;
    });
  }

  /** Milliseconds played, by script line; what was played twice counts twice. */
  playedMs(): Map<number, number> {
    const played = new Map<number, number>();
    for (const run of this.runs) {
      if (run.line !== null) played.set(run.line, (played.get(run.line) ?? 0) + run.endedAt - run.startedAt);
    }
    return played;
  }

  /** Milliseconds played of one script line. */
  playedMsOf(line: number): number {
    return this.playedMs().get(line) ?? 0;
  }

  /** Milliseconds of audible audio that carried no watermark. */
  unmarkedMs(): number {
    const runs = this.runs.filter((run) => run.line === null && !run.silent);
    return runs.reduce((sum, run) => sum + run.endedAt - run.startedAt, 0);
  }

  /** Indexes of the frames of a line that were heard, ascending, each once. */
  framesOf(line: number): number[] {
    const heard = new Set<number>();
    for (const run of this.runs) {
      if (run.line !== line) continue;
      for (let frame = run.firstFrame; frame <= run.lastFrame; frame++) heard.add(frame);
    }
    return [...heard].sort((a, b) => a - b);
  }

  /** Script lines in the order in which they were first heard. */
  lines(): number[] {
    return [...this.playedMs().keys()];
  }

  /** When agent audio was audible (silence bytes are not), as intervals cut to `from`–`to`. */
  audible(from = -Infinity, to = Infinity): Interval[] {
    const intervals: { from: number; to: number }[] = [];
    for (const run of this.runs) {
      const start = Math.max(run.startedAt, from);
      const end = Math.min(run.endedAt, to);
      if (run.silent || end <= start) continue;
      const last = intervals.at(-1);
      if (last !== undefined && start - last.to <= SAME_INSTANT_MS) last.to = end;
      else intervals.push({ from: start, to: end });
    }
    return intervals;
  }

  /** Milliseconds of audible agent audio between `from` and `to`. */
  audibleMs(from = -Infinity, to = Infinity): number {
    return this.audible(from, to).reduce((sum, interval) => sum + interval.to - interval.from, 0);
  }
}
