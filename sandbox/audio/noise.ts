import { encodeMulaw } from './mulaw.ts';
import { hashText, randomSource } from './random.ts';
import { FRAME_MS } from './timing.ts';
import { FRAME_BYTES, read } from './watermark.ts';

/** Sounds that are no speech. */
export const NOISE_KINDS = ['cough', 'hiss', 'click', 'door', 'hum'] as const;
export type NoiseKind = (typeof NOISE_KINDS)[number];

const RATE = 8000;

/** One sample of a sound, −1…1, at `t` seconds of `total`. */
type Sound = (t: number, total: number, random: () => number) => number;

const SOUNDS: Record<NoiseKind, { readonly peakDb: number; readonly sound: Sound }> = {
  cough: {
    peakDb: -10,
    sound: (t, total, random) => {
      const burst = (t % 0.3) / Math.min(0.3, total);
      return (random() * 2 - 1) * Math.min(1, burst / 0.06) * Math.exp(-2.5 * burst) * (0.8 + 0.2 * Math.sin(1100 * t));
    },
  },
  hiss: { peakDb: -38, sound: (_t, _total, random) => random() * 2 - 1 },
  click: { peakDb: -8, sound: (t, _total, random) => (random() * 2 - 1) * Math.exp(-(t % 0.25) * 400) },
  door: {
    peakDb: -6,
    sound: (t, _total, random) => (0.7 * Math.sin(2 * Math.PI * 90 * t) + 0.3 * (random() * 2 - 1)) * Math.exp(-t * 14),
  },
  hum: { peakDb: -38, sound: (t) => 0.7 * Math.sin(2 * Math.PI * 50 * t) + 0.3 * Math.sin(2 * Math.PI * 150 * t) },
};

/** Frames (160 bytes μ-law) of a sound that is no speech, `ms` long (rounded up to whole frames), never watermarked. */
export function noise(kind: NoiseKind, ms: number): Uint8Array[] {
  const { peakDb, sound } = SOUNDS[kind];
  const random = randomSource(hashText(`${kind}:${ms}`));
  const peak = 32768 * 10 ** (peakDb / 20);
  return Array.from({ length: Math.ceil(ms / FRAME_MS) }, (_, index) => {
    const frame = Uint8Array.from({ length: FRAME_BYTES }, (_sample, i) =>
      encodeMulaw(peak * sound((index * FRAME_BYTES + i) / RATE, ms / 1000, random)),
    );
    // One random frame in 4096 would read as a watermark.
    if (read(frame) !== null) frame[0] = (frame[0] ?? 0) ^ 1;
    return frame;
  });
}
