/** Linear 16-bit sample of each μ-law byte (G.711). */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0xf) << 3) + 132) << ((code >> 4) & 7)) - 132;
  return code & 0x80 ? -magnitude : magnitude;
});

/** The linear sample of a μ-law byte; what is missing in a frame that was cut short is silence. */
export function linear(byte: number | undefined): number {
  return byte === undefined ? 0 : LINEAR[byte]!;
}

/** Decibels of a power of linear samples, relative to full scale (32768); −96 at the least. */
export function powerDb(power: number): number {
  return 10 * Math.log10(power + 0.27) - 90.309;
}
