/** RMS over the last frames, from the RMS of each. */
export class LevelWindow {
  private readonly squares: Float64Array;
  private next = 0;
  private sum = 0;

  constructor(frames: number) {
    this.squares = new Float64Array(frames);
  }

  push(level: number): void {
    const square = level * level;
    this.sum += square - this.squares[this.next]!;
    this.squares[this.next] = square;
    this.next = (this.next + 1) % this.squares.length;
  }

  get level(): number {
    return Math.sqrt(Math.max(0, this.sum) / this.squares.length);
  }

  forget(): void {
    this.squares.fill(0);
    this.sum = 0;
  }
}
