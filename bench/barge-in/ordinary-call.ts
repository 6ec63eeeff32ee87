import type { SpeechDetector } from '../../plugins/barge-in/detector.ts';
import { encodeMulaw } from '../../sandbox/audio/mulaw.ts';
import { randomSource } from '../../sandbox/audio/random.ts';
import type { Clip } from './corpus.ts';
import { levelOf } from './scores.ts';

const FRAME = 160;
/** Three minutes of a call in which the agent speaks half of the time and the caller three tenths of it. */
const FRAMES = 9000;
const AGENT_TURN = 300;
const CALLER_TURN = 180;
const PAUSE = 120;

interface Line {
  readonly frame: Uint8Array;
  readonly reference: Uint8Array | null;
}

function framesOf(clips: readonly Clip[], leadMs: number): Line[] {
  return clips.flatMap(({ audio, reference, end }) => {
    const lines: Line[] = [];
    for (let offset = leadMs * 8; offset + FRAME <= Math.min(audio.length, end * 8); offset += FRAME)
      lines.push({
        frame: audio.subarray(offset, offset + FRAME),
        reference: reference?.subarray(offset, offset + FRAME) ?? null,
      });
    return lines;
  });
}

/** An idle line: noise near −72 dBFS. */
function idle(): Line[] {
  const random = randomSource(1);
  return Array.from({ length: 50 }, () => ({
    frame: Uint8Array.from({ length: FRAME }, () => encodeMulaw((random() - 0.5) * 24)),
    reference: null,
  }));
}

/**
 * The frames of the call: the agent with its echo on the line, then the caller, then nobody, over and over. None when
 * the clips hold no echo or no clean speech to make it of.
 */
export function ordinaryCall(clips: readonly Clip[]): Line[] {
  const agent = framesOf(
    clips.filter(({ cat }) => cat === 'echo'),
    1000,
  );
  const caller = framesOf(
    clips.filter(({ cat, bg }) => cat === 'speech' && bg === 'clean'),
    1000,
  );
  const nobody = idle();
  if (agent.length === 0 || caller.length === 0)
    throw new Error('no clips of echo or of clean speech to make a call of');
  const next = new Map<readonly Line[], number>();
  const take = (from: readonly Line[]): Line => {
    const index = next.get(from) ?? 0;
    next.set(from, index + 1);
    return from[index % from.length]!;
  };
  return Array.from({ length: FRAMES }, (_, index) => {
    const at = index % (AGENT_TURN + CALLER_TURN + PAUSE);
    if (at < AGENT_TURN) return take(agent);
    return at < AGENT_TURN + CALLER_TURN ? { ...take(caller), reference: null } : take(nobody);
  });
}

/** Microseconds of processor time a frame of an ordinary call costs, the best of some rounds; null without such a call. */
export function ordinaryCost(clips: readonly Clip[], create: () => SpeechDetector, rounds = 5): number | null {
  const frames = ordinaryCall(clips).map((line, index) => ({ ...line, at: index * 20, level: levelOf(line.frame) }));
  if (frames.length === 0) return null;
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const detector = create();
    const began = process.cpuUsage();
    for (const frame of frames) detector.push(frame);
    const { user, system } = process.cpuUsage(began);
    least = Math.min(least, (user + system) / frames.length);
  }
  return Math.round(least * 10) / 10;
}
