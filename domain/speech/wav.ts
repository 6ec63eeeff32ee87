import { linearSamples, monoWav } from '../../platform/wav.ts';

/** Samples a second of every sound in the product. */
const SAMPLE_RATE = 8000;

/** A μ-law sound (8 kHz, mono, no header) as a WAV file of 16-bit samples, which every browser plays. */
export function wavOf(mulaw: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(monoWav(linearSamples(mulaw), SAMPLE_RATE));
}
