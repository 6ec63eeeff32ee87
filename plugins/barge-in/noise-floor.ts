/** A floor older than two such stretches is forgotten: long enough that speech has a pause in it. */
const STRETCH_FRAMES = 45;
/** Share of a new frame in the smoothed power: the lowest single frame of a noise lies far below its mean. */
const SMOOTHING = 0.25;
/** What the lowest of the smoothed powers is below the mean of a steady noise, as a factor. */
const BIAS = 1.6;

/**
 * The level of the line when nobody speaks: the least smoothed power of the last one to two seconds. It falls at once
 * and rises within two seconds, so that a fan that is switched on is taken for what it is and a word is not.
 */
export class NoiseFloor {
  private smoothed = -1;
  private least = Infinity;
  private before = Infinity;
  private left = STRETCH_FRAMES;

  /** Takes the power of the next frame. */
  push(power: number): void {
    this.smoothed = this.smoothed < 0 ? power : this.smoothed + SMOOTHING * (power - this.smoothed);
    if (this.smoothed < this.least) this.least = this.smoothed;
    if (--this.left > 0) return;
    this.before = this.least;
    this.least = this.smoothed;
    this.left = STRETCH_FRAMES;
  }

  /** Power of the floor; 0 before the first frame. */
  get power(): number {
    const least = Math.min(this.least, this.before);
    return least === Infinity ? 0 : least * BIAS;
  }
}
