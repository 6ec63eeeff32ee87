/** How the samples of a WAV file lie. */
export interface WavFormat {
  readonly encoding: 'pcm16' | 'mulaw';
  readonly channels: number;
  /** Hz. */
  readonly rate: number;
  /** Where the samples begin, bytes. */
  readonly dataOffset: number;
  /** As the header says; a writer that did not know says more than there is. */
  readonly dataBytes: number;
  /** Bytes of one sample of every channel. */
  readonly blockBytes: number;
}

const PCM = 1;
const MULAW = 7;
const EXTENSIBLE = 0xfffe;
/** Of a file this much is enough to find where its samples begin. */
export const WAV_HEAD_BYTES = 4096;

/** Reads the head of a WAV file; null when it is none, or one whose samples are neither 16-bit linear nor μ-law. */
export function wavFormat(head: Uint8Array): WavFormat | null {
  const view = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (view.length < 12 || view.toString('latin1', 0, 4) !== 'RIFF' || view.toString('latin1', 8, 12) !== 'WAVE') {
    return null;
  }
  let format: Pick<WavFormat, 'encoding' | 'channels' | 'rate' | 'blockBytes'> | null = null;
  for (let at = 12; at + 8 <= view.length;) {
    const name = view.toString('latin1', at, at + 4);
    const bytes = view.readUInt32LE(at + 4);
    if (name === 'data') return format === null ? null : { ...format, dataOffset: at + 8, dataBytes: bytes };
    if (name === 'fmt ' && at + 24 <= view.length) format = samplesOf(view, at + 8, bytes);
    at += 8 + bytes + (bytes % 2);
  }
  return null;
}

function samplesOf(view: Buffer, at: number, bytes: number) {
  const tag = view.readUInt16LE(at);
  const kind = tag === EXTENSIBLE && bytes >= 26 && at + 26 <= view.length ? view.readUInt16LE(at + 24) : tag;
  const channels = view.readUInt16LE(at + 2);
  const rate = view.readUInt32LE(at + 4);
  const bits = view.readUInt16LE(at + 14);
  if (channels < 1 || channels > 8 || rate < 4000 || rate > 192_000) return null;
  if (kind === PCM && bits === 16) return { encoding: 'pcm16', channels, rate, blockBytes: 2 * channels } as const;
  if (kind === MULAW && bits === 8) return { encoding: 'mulaw', channels, rate, blockBytes: channels } as const;
  return null;
}

/** A WAV file of one channel, 16-bit linear. */
export function monoWav(samples: Int16Array, rate: number): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(PCM, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** Linear sample of each μ-law byte (ITU-T G.711), −32124…32124. */
const LINEAR = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0xf) << 3) + 132) << ((code >> 4) & 7)) - 132;
  return code & 0x80 ? -magnitude : magnitude;
});

/** μ-law bytes as linear samples. */
export function linearSamples(mulaw: Uint8Array): Int16Array {
  return Int16Array.from(mulaw, (byte) => LINEAR[byte] ?? 0);
}

/** The sample of one channel in the block that begins at `at`, −32768…32767. */
export function sampleAt(data: Buffer, at: number, channel: number, encoding: WavFormat['encoding']): number {
  return encoding === 'pcm16' ? data.readInt16LE(at + 2 * channel) : (LINEAR[data[at + channel] ?? 0xff] ?? 0);
}
