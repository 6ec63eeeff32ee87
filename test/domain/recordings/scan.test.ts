import { describe, expect, it } from 'vitest';
import { scanWav } from '../../../domain/recordings/index.ts';
import { sampleAt, wavFormat } from '../../../platform/wav.ts';
import { speechFrames } from '../../../sandbox/audio/speech.ts';
import { linearWav } from '../../../sandbox/twilio/call-recorder.ts';
import { wavOf } from '../../../sandbox/twilio/wav.ts';

const BYTES_PER_MS = 8;
/** A channel of so many ms of silence, with somebody speaking from these moments on. */
function channel(ms: number, ...speech: [fromMs: number, frames: readonly Uint8Array[]][]): Uint8Array {
  const bytes = new Uint8Array(ms * BYTES_PER_MS).fill(0xff);
  for (const [fromMs, frames] of speech) bytes.set(Buffer.concat(frames), fromMs * BYTES_PER_MS);
  return bytes;
}

async function* chunked(file: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
}

const CALLER = speechFrames('שלום אני צריכה תיקון למזגן בבקשה', { voice: 'caller', line: 1 });
const AGENT = speechFrames('בשמחה מה השם שלך', { voice: 'agent', line: 2 });

describe('a look through a recording', () => {
  const stereo = linearWav([channel(9000, [1000, CALLER]), channel(9000, [5000, AGENT])]);

  it.each([1, 45, 4096, 1_000_000])('finds both speakers, whatever the size of the pieces (%i)', async (size) => {
    const small = size === 1 ? linearWav([channel(900), channel(900)]) : stereo;
    const scan = await scanWav(chunked(small, size));
    expect(scan?.format).toMatchObject({ channels: 2, rate: 8000, encoding: 'pcm16' });
    expect(scan?.durationMs).toBe(size === 1 ? 900 : 9000);
    if (size === 1) return expect(scan?.speech).toEqual([]);
    const spoken = scan?.speech ?? [];
    expect(new Set(spoken.map(({ channel: one }) => one))).toEqual(new Set([0, 1]));
    expect(spoken[0]?.fromMs).toBeGreaterThanOrEqual(800);
    expect(spoken[0]?.fromMs).toBeLessThan(1300);
    for (const { fromMs, toMs, channel: one } of spoken) {
      expect([fromMs, toMs].every((ms) => (one === 0 ? ms < 5000 : ms >= 4800))).toBe(true);
    }
    expect(scan?.peaks.map((peaks) => [Math.min(...peaks), Math.max(...peaks) > 5])).toEqual([
      [0, true],
      [0, true],
    ]);
    expect(scan?.peaks[0]?.length).toBeLessThanOrEqual(600);
  });

  it('reads μ-law as well', async () => {
    const scan = await scanWav(chunked(wavOf(CALLER), 1000));
    expect(scan).toMatchObject({ format: { channels: 1, encoding: 'mulaw' }, durationMs: CALLER.length * 20 });
    expect(scan?.speech.length).toBeGreaterThan(0);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no sound file', Buffer.from('<html>not found</html>'.repeat(500))],
    ['a head alone', stereo.subarray(0, 20)],
    ['another encoding', Buffer.concat([stereo.subarray(0, 20), Buffer.from([3, 0]), stereo.subarray(22)])],
  ])('of %s finds nothing', async (_name, file) => {
    expect(await scanWav(chunked(file, 512))).toBeNull();
  });

  it('gives each channel its own samples', () => {
    const file = linearWav([Uint8Array.from([0x00]), Uint8Array.from([0x80])]);
    const format = wavFormat(file);
    expect(format?.dataOffset).toBe(44);
    expect([0, 1].map((one) => sampleAt(file, 44, one, 'pcm16'))).toEqual([-32_124, 32_124]);
  });
});
