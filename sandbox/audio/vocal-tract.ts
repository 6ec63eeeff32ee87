import { randomSource } from './random.ts';

const RATE = 8000;
/** How often the tract's shape is worked out anew, samples: 2.5 ms. */
const STEP = 20;

/** Who speaks. */
export interface Speaker {
  /** Fundamental frequency, Hz. */
  readonly pitch: number;
  /** Scales the formants: above 1 a tract shorter than an average man's. */
  readonly tract: number;
}

/** First two formants (Hz) of the five Hebrew vowels a e i o u. */
const VOWELS: readonly (readonly [number, number])[] = [
  [700, 1250],
  [480, 1800],
  [300, 2200],
  [470, 900],
  [330, 780],
];
const BANDWIDTHS = [80, 100, 150, 220] as const;

/**
 * A way to begin a syllable: which formants the tract has then, how much of the voice and of the breath passes, and
 * for which share of the syllable.
 */
interface Consonant {
  readonly locus: readonly [number, number];
  readonly voice: number;
  readonly breath: number;
  readonly share: number;
}
const CONSONANTS: readonly Consonant[] = [
  { locus: [280, 1100], voice: 0.35, breath: 0, share: 0.28 }, // m, n
  { locus: [350, 1300], voice: 0.5, breath: 0, share: 0.2 }, // l, r, y
  { locus: [250, 900], voice: 0.15, breath: 0.05, share: 0.22 }, // b, d, g
  { locus: [300, 1700], voice: 0, breath: 0.5, share: 0.3 }, // s, sh, f
  { locus: [300, 1500], voice: 0, breath: 0.08, share: 0.22 }, // p, t, k
];

/** A two-pole resonator whose frequency can move. Unity gain at 0 Hz, as in a row of them. */
class Resonator {
  private a1 = 0;
  private a2 = 0;
  private gain = 1;
  private y1 = 0;
  private y2 = 0;

  tune(frequency: number, bandwidth: number): void {
    const radius = Math.exp((-Math.PI * bandwidth) / RATE);
    this.a1 = 2 * radius * Math.cos((2 * Math.PI * Math.min(frequency, 3700)) / RATE);
    this.a2 = -radius * radius;
    this.gain = 1 - this.a1 - this.a2;
  }

  pass(input: number): number {
    const y = this.gain * input + this.a1 * this.y1 + this.a2 * this.y2;
    this.y2 = this.y1;
    this.y1 = y;
    return y;
  }
}

/** The flow through the glottis over one period: it opens slowly, shuts fast and stays shut. */
function glottis(phase: number): number {
  if (phase < 0.4) return 0.5 - 0.5 * Math.cos((Math.PI * phase) / 0.4);
  return phase < 0.56 ? Math.cos((Math.PI * (phase - 0.4)) / 0.32) : 0;
}

/** 0 to 1 without a corner. */
const smooth = (x: number) => (x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x));

/**
 * One word of `length` samples into `out` from `from`: syllables of a consonant and a vowel through a row of moving
 * resonators, over a pitch that falls with the word and rises on its stressed syllable. The level is left as it comes.
 */
export function speakWord(out: Float32Array, from: number, length: number, speaker: Speaker, seed: number): void {
  const random = randomSource(seed);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const syllables = Array.from({ length: Math.max(1, Math.round(length / (RATE * 0.17))) }, () => ({
    consonant: pick(CONSONANTS),
    vowel: pick(VOWELS),
    loud: 0.75 + 0.5 * random(),
  }));
  const stressed = syllables.length - 1;
  const per = length / syllables.length;
  const [first, second, third, fourth] = [new Resonator(), new Resonator(), new Resonator(), new Resonator()];
  const hiss = new Resonator();
  third.tune(2550 * speaker.tract, BANDWIDTHS[2]);
  fourth.tune(3400 * speaker.tract, BANDWIDTHS[3]);
  hiss.tune(2900 * speaker.tract, 700);
  let phase = 0;
  let flow = 0;
  let voice = 0;
  let breath = 0;
  let period = 1;
  for (let i = 0; i < length; i++) {
    const index = Math.min(syllables.length - 1, Math.floor(i / per));
    const { consonant, vowel, loud } = syllables[index]!;
    const at = i / per - index;
    if (i % STEP === 0) {
      const next = syllables[index + 1]?.consonant.locus ?? vowel;
      const opened = smooth((at - 0.5 * consonant.share) / 0.3);
      const closing = 0.6 * smooth((at - 0.75) / 0.25);
      const formant = (which: 0 | 1) => {
        const open = consonant.locus[which] + opened * (vowel[which] - consonant.locus[which]);
        return speaker.tract * (open + closing * (next[which] - open));
      };
      first.tune(formant(0), BANDWIDTHS[0]);
      second.tune(formant(1), BANDWIDTHS[1]);
      const open = smooth((at - consonant.share) / 0.12);
      const edge = smooth(i / (0.02 * RATE)) * smooth((length - i) / (0.05 * RATE));
      voice = edge * loud * (consonant.voice + open * (1 - consonant.voice)) * (1 - 0.3 * closing);
      breath = edge * consonant.breath * (1 - open);
      const accent = index === stressed ? 0.12 * Math.sin(Math.PI * at) : 0;
      period = speaker.pitch * (1.06 - (0.14 * i) / length + accent);
    }
    phase += (period * (1 + 0.01 * (random() - 0.5))) / RATE;
    phase -= Math.floor(phase);
    const open = glottis(phase);
    // Lips let the change of the flow through, not the flow; some breath goes with it.
    let sound = voice * (open - flow + 0.02 * (random() - 0.5) * open);
    flow = open;
    sound = fourth.pass(third.pass(second.pass(first.pass(sound))));
    out[from + i] = sound + 0.4 * hiss.pass(breath * (random() - 0.5));
  }
}
