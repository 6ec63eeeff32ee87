import { Ear } from '../../plugins/barge-in/ear.ts';
import { FEATURES } from '../../plugins/barge-in/features.ts';
import { CONFIG } from '../../plugins/barge-in/detector.ts';
import { decodeMulaw, encodeMulaw } from '../../sandbox/audio/mulaw.ts';
import type { Clip } from './corpus.ts';
import type { Stretch } from './training.ts';

const FRAME = 160;
const SILENCE = new Uint8Array(FRAME).fill(0xff);
/** After the onset and after the end nothing is asked for so long, ms. */
const ONSET_MS = 60;
const AFTER_MS = 240;

/** How a clip is varied: played faster or slower (which moves pitch and formants), louder or softer, duller or sharper. */
export interface Variation {
  readonly speed: number;
  readonly gain: number;
  /** −0.5…0.5: share of the sample before that is added. */
  readonly tilt: number;
}

/** A variation for a clip: as it is one time in five. Sounds behind a call are never made louder than they come. */
export function vary(clip: Clip, random: () => number): Variation {
  if (random() < 0.2) return { speed: 1, gain: 1, tilt: 0 };
  const between = (low: number, high: number) => low + random() * (high - low);
  const isFar = clip.cat === 'far-voices' || clip.cat === 'music';
  const db = clip.cat === 'echo' ? between(-3, 8) : isFar ? between(-6, 1) : between(-4, 4);
  const reach = clip.label === 'speech' ? 0.15 : 0.3;
  return { speed: 2 ** between(-reach, reach), gain: 10 ** (db / 20), tilt: between(-0.3, 0.4) };
}

function varied(audio: Uint8Array, { speed, gain, tilt }: Variation): Uint8Array {
  if (speed === 1 && gain === 1 && tilt === 0) return audio;
  const length = Math.floor((audio.length - 1) / speed);
  const out = new Uint8Array(length - (length % FRAME));
  let last = 0;
  for (let i = 0; i < out.length; i++) {
    const at = i * speed;
    const from = Math.floor(at);
    const share = at - from;
    const sample = decodeMulaw(audio[from]!) * (1 - share) + decodeMulaw(audio[from + 1]!) * share;
    out[i] = encodeMulaw(gain * (sample + tilt * last));
    last = sample;
  }
  return out;
}

/** The stretches of a clip that the detector would look at, with what there was to hear. */
export function stretchesOf(clip: Clip, variation: Variation, weight: number): Stretch[] {
  const audio = varied(clip.audio, variation);
  const reference = clip.reference && varied(clip.reference, { ...variation, gain: 1, tilt: 0 });
  const onset = clip.onset / variation.speed;
  const end = clip.end / variation.speed;
  const ear = new Ear(CONFIG);
  const stretches: Stretch[] = [];
  let features: number[] = [];
  let labels: number[] = [];
  const close = () => {
    if (labels.length > 2)
      stretches.push({ features: Float32Array.from(features), labels: Int8Array.from(labels), weight });
    features = [];
    labels = [];
  };
  for (let offset = 0; offset + FRAME <= audio.length; offset += FRAME) {
    const at = offset / 8 + 20;
    const played = reference?.subarray(offset, offset + FRAME) ?? SILENCE;
    if (!ear.push(audio.subarray(offset, offset + FRAME), played)) {
      close();
      continue;
    }
    features.push(...ear.features);
    if (clip.label === 'non' || at <= onset) labels.push(0);
    else if (at <= onset + ONSET_MS || (at > end && at <= end + AFTER_MS)) labels.push(-1);
    else labels.push(at <= end ? 1 : 0);
  }
  close();
  if (features.length > 0 && features.length % FEATURES !== 0) throw new Error('features of half a frame');
  return stretches;
}
