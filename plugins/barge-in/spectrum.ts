/** Samples of one analysis window: 32 ms at 8 kHz. */
export const WINDOW = 256;
const HALF = WINDOW / 2;

/** Bit-reversed order, and the twiddle factors of the half-length and of the full transform. */
const ORDER = Uint8Array.from({ length: HALF }, (_, i) => {
  let reversed = 0;
  for (let bit = 0; bit < 7; bit++) reversed |= ((i >> bit) & 1) << (6 - bit);
  return reversed;
});
const COS = Float64Array.from({ length: HALF }, (_, k) => Math.cos((2 * Math.PI * k) / WINDOW));
const SIN = Float64Array.from({ length: HALF }, (_, k) => -Math.sin((2 * Math.PI * k) / WINDOW));

/** Scratch of one transform: nothing in it outlives the call. */
const re = new Float64Array(HALF);
const im = new Float64Array(HALF);

/**
 * The discrete Fourier transform of 256 real samples, as one complex transform of half the length: `real` and `imag`
 * get bins 0–128.
 */
export function transform(samples: Float64Array, real: Float64Array, imag: Float64Array): void {
  // The first two rounds need no multiplication: four samples of each at a time.
  for (let i = 0; i < HALF; i += 4) {
    const a = ORDER[i]! * 2;
    const b = ORDER[i + 1]! * 2;
    const c = ORDER[i + 2]! * 2;
    const d = ORDER[i + 3]! * 2;
    const sumRe = samples[a]! + samples[b]!;
    const sumIm = samples[a + 1]! + samples[b + 1]!;
    const difRe = samples[a]! - samples[b]!;
    const difIm = samples[a + 1]! - samples[b + 1]!;
    const sumRe2 = samples[c]! + samples[d]!;
    const sumIm2 = samples[c + 1]! + samples[d + 1]!;
    const difRe2 = samples[c]! - samples[d]!;
    const difIm2 = samples[c + 1]! - samples[d + 1]!;
    re[i] = sumRe + sumRe2;
    im[i] = sumIm + sumIm2;
    re[i + 1] = difRe + difIm2;
    im[i + 1] = difIm - difRe2;
    re[i + 2] = sumRe - sumRe2;
    im[i + 2] = sumIm - sumIm2;
    re[i + 3] = difRe - difIm2;
    im[i + 3] = difIm + difRe2;
  }
  for (let size = 8; size <= HALF; size *= 2) {
    const half = size / 2;
    const step = WINDOW / size;
    for (let start = 0; start < HALF; start += size) {
      for (let a = start, turn = 0; a < start + half; a++, turn += step) {
        const b = a + half;
        const c = COS[turn]!;
        const s = SIN[turn]!;
        const x = re[b]! * c - im[b]! * s;
        const y = re[b]! * s + im[b]! * c;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a] = re[a]! + x;
        im[a] = im[a]! + y;
      }
    }
  }
  real[0] = re[0]! + im[0]!;
  imag[0] = 0;
  real[HALF] = re[0]! - im[0]!;
  imag[HALF] = 0;
  for (let k = 1; k < HALF; k++) {
    const m = HALF - k;
    const evenRe = (re[k]! + re[m]!) / 2;
    const evenIm = (im[k]! - im[m]!) / 2;
    const oddRe = (im[k]! + im[m]!) / 2;
    const oddIm = (re[m]! - re[k]!) / 2;
    const c = COS[k]!;
    const s = SIN[k]!;
    real[k] = evenRe + c * oddRe - s * oddIm;
    imag[k] = evenIm + c * oddIm + s * oddRe;
  }
}

/** Raised cosine, so that a sound between two bins does not spill over all of them. */
export const HANN = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));

const imagScratch = new Float64Array(HALF + 1);
const mirrored = new Float64Array(WINDOW);

/** Power of bins 0–128 of 256 windowed samples into `power`. */
export function powerSpectrum(samples: Float64Array, power: Float64Array): void {
  transform(samples, power, imagScratch);
  for (let k = 0; k <= HALF; k++) power[k] = power[k]! * power[k]! + imagScratch[k]! * imagScratch[k]!;
}

/** The autocorrelation, lags 0–128, that belongs to a power spectrum (Wiener–Khinchin), into `lags`. */
export function autocorrelation(power: Float64Array, lags: Float64Array): void {
  mirrored[0] = power[0]!;
  mirrored[HALF] = power[HALF]!;
  for (let k = 1; k < HALF; k++) {
    mirrored[k] = power[k]!;
    mirrored[WINDOW - k] = power[k]!;
  }
  transform(mirrored, lags, imagScratch);
}
