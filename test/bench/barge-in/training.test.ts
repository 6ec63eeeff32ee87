import { expect, test } from 'vitest';
import { Trainer } from '../../../bench/barge-in/training.ts';
import { Network } from '../../../plugins/barge-in/network.ts';
import { randomSource } from '../../../sandbox/audio/random.ts';

/** Stretches of 30 frames; the label is whether the first feature was above 0.8 within the last three frames. */
function stretches(count: number, random: () => number) {
  return Array.from({ length: count }, () => {
    const features = Float32Array.from({ length: 90 }, random);
    const labels = Int8Array.from({ length: 30 }, (_, t) =>
      [t, t - 1, t - 2].some((at) => at >= 0 && features[at * 3]! > 0.8) ? 1 : 0,
    );
    return { features, labels, weight: 1 };
  });
}

test('what it learns, the network of a call does: a rule that needs memory is found', { timeout: 30_000 }, () => {
  const random = randomSource(5);
  const trainer = new Trainer(3, 8, random);
  for (let step = 0; step < 200; step++) {
    let frames = 0;
    for (const stretch of stretches(6, random)) frames += trainer.learn(stretch).frames;
    trainer.step(0.03, frames);
  }
  const network = new Network(trainer.weights());
  let right = 0;
  let all = 0;
  for (const { features, labels } of stretches(50, random)) {
    network.forget();
    labels.forEach((label, t) => {
      const odds = network.step(Float64Array.from(features.subarray(t * 3, t * 3 + 3)));
      right += odds > 0 === (label === 1) ? 1 : 0;
      all++;
    });
  }
  expect(right / all).toBeGreaterThan(0.85);
});

test('a frame that is undecided teaches nothing', () => {
  const random = randomSource(5);
  const trainer = new Trainer(3, 4, random);
  const features = Float32Array.from({ length: 9 }, random);
  expect(trainer.learn({ features, labels: Int8Array.from([-1, -1, -1]), weight: 1 })).toEqual({ loss: 0, frames: 0 });
  const before = trainer.weights();
  trainer.step(0.1, 1);
  const after = trainer.weights();
  expect(after.input).toEqual(trainer.weights().input);
  expect(Array.from(before.output)).toEqual(Array.from(before.output, () => 0));
  expect(after.output.every(Number.isFinite)).toBe(true);
});
