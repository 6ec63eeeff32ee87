import { sampleAt, WAV_HEAD_BYTES, wavFormat, type WavFormat } from '../../platform/wav.ts';

/** Milliseconds over which loudness is taken. */
const FRAME_MS = 20;
/** Points of a waveform: what a wide screen can show. */
const PEAKS = 600;
/** Speech on a telephone is louder than this; line noise is not. RMS, dBFS. */
const SPEECH_DB = -45;
/** Within one utterance there may be a pause this long. */
const PAUSE_MS = 700;
/** Less than this is a click. */
const SHORTEST_MS = 200;
/** What is kept before and after, so that no consonant is cut. */
const MARGIN_MS = 160;
/** Longer than this a stretch is cut where it is. */
const LONGEST_MS = 60_000;

/** A stretch in which somebody speaks. */
export interface SpeechStretch {
  readonly channel: number;
  /** Milliseconds from the beginning of the file. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How much of it is loud enough to be speech, ms. */
  readonly speechMs: number;
}

/** What a look through a sound file found. */
export interface Scan {
  readonly format: WavFormat;
  readonly durationMs: number;
  /** Loudness over the whole length, 0–100: one list a channel. */
  readonly peaks: readonly (readonly number[])[];
  /** In the order of their beginning. */
  readonly speech: readonly SpeechStretch[];
}

/** Looks through a WAV file chunk by chunk: an hour of it costs a few hundred kilobytes. Null when it is none. */
export async function scanWav(chunks: AsyncIterable<Uint8Array>): Promise<Scan | null> {
  let format: WavFormat | null = null;
  let rest: Buffer = Buffer.alloc(0);
  let frames: Frames | null = null;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    if (format === null) {
      format = wavFormat(rest.subarray(0, WAV_HEAD_BYTES));
      if (format === null && rest.length >= WAV_HEAD_BYTES) return null;
      if (format === null) continue;
      rest = rest.subarray(format.dataOffset);
      frames = new Frames(format);
    }
    rest = frames?.take(rest) ?? rest;
  }
  if (format === null || frames === null) return null;
  frames.finish(rest);
  return {
    format,
    durationMs: Math.round((frames.blocks / format.rate) * 1000),
    peaks: frames.channels.map(({ peaks }) => waveform(peaks)),
    speech: frames.channels
      .flatMap(({ levels }, channel) => stretches(levels, channel))
      .sort((a, b) => a.fromMs - b.fromMs || a.channel - b.channel),
  };
}

/** Peak and level of each 20 ms, channel by channel. */
class Frames {
  readonly channels: readonly { readonly peaks: number[]; readonly levels: number[] }[];
  /** Samples seen of each channel. */
  blocks = 0;
  readonly #format: WavFormat;
  readonly #perFrame: number;

  constructor(format: WavFormat) {
    this.#format = format;
    this.#perFrame = Math.round((format.rate * FRAME_MS) / 1000);
    this.channels = Array.from({ length: format.channels }, () => ({ peaks: [], levels: [] }));
  }

  /** Takes the whole frames at the beginning of `data` and returns what is left. */
  take(data: Buffer): Buffer {
    const frameBytes = this.#perFrame * this.#format.blockBytes;
    let at = 0;
    for (; at + frameBytes <= data.length; at += frameBytes) this.#measure(data, at, this.#perFrame);
    return data.subarray(at);
  }

  finish(data: Buffer): void {
    const blocks = Math.floor(data.length / this.#format.blockBytes);
    if (blocks > 0) this.#measure(data, 0, blocks);
  }

  #measure(data: Buffer, from: number, blocks: number): void {
    const { encoding, blockBytes } = this.#format;
    this.channels.forEach(({ peaks, levels }, channel) => {
      let peak = 0;
      let energy = 0;
      for (let block = 0; block < blocks; block++) {
        const sample = sampleAt(data, from + block * blockBytes, channel, encoding);
        peak = Math.max(peak, Math.abs(sample));
        energy += sample * sample;
      }
      peaks.push(peak);
      levels.push(10 * Math.log10(energy / blocks / 32_768 ** 2 + 1e-12));
    });
    this.blocks += blocks;
  }
}

function waveform(peaks: readonly number[]): number[] {
  const points = Math.min(PEAKS, peaks.length);
  return Array.from({ length: points }, (_, point) => {
    const from = Math.floor((point * peaks.length) / points);
    const to = Math.max(from + 1, Math.floor(((point + 1) * peaks.length) / points));
    return Math.round((Math.max(...peaks.slice(from, to)) / 32_768) * 100);
  });
}

function stretches(levels: readonly number[], channel: number): SpeechStretch[] {
  const found: { from: number; to: number; loud: number }[] = [];
  levels.forEach((level, frame) => {
    if (level < SPEECH_DB) return;
    const last = found.at(-1);
    const joins = last !== undefined && (frame - last.to) * FRAME_MS <= PAUSE_MS;
    if (joins && (frame - last.from) * FRAME_MS < LONGEST_MS) {
      last.to = frame;
      last.loud += 1;
    } else found.push({ from: frame, to: frame, loud: 1 });
  });
  const lengthMs = levels.length * FRAME_MS;
  return found
    .map(({ from, to, loud }) => ({
      channel,
      fromMs: Math.max(0, from * FRAME_MS - MARGIN_MS),
      toMs: Math.min(lengthMs, (to + 1) * FRAME_MS + MARGIN_MS),
      speechMs: loud * FRAME_MS,
    }))
    .filter(({ speechMs }) => speechMs >= SHORTEST_MS);
}
