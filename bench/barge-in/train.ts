import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FEATURES } from '../../plugins/barge-in/features.ts';
import type { Weights } from '../../plugins/barge-in/network.ts';
import { randomSource } from '../../sandbox/audio/random.ts';
import { type Clip, readCorpus } from './corpus.ts';
import { soundClip } from './sounds.ts';
import { stretchesOf, vary } from './stretches.ts';
import { Trainer } from './training.ts';

/**
 * Trains the barge-in detector's network on corpora of labelled clips and writes its weights:
 * `tsx bench/barge-in/train.ts --corpus DIR [--corpus DIR…] [--epochs 30] [--units 24] [--made-up 0.4] [--seed 1] [--out FILE]`.
 */

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', multiple: true, default: [] },
    epochs: { type: 'string', default: '30' },
    units: { type: 'string', default: '24' },
    'made-up': { type: 'string', default: '0.4' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'plugins/barge-in/weights.ts' },
  },
});
const BATCH = 24;
const RATE = 0.004;
/** Music, alarms and echoes are few and hard; voices far away are the caller's company, and may be mistaken. */
const WEIGHTS: Readonly<Record<string, number>> = { event: 3, music: 2, 'far-voices': 0.5, 'speech-short': 1.5 };

const epochs = Number(values.epochs);
const random = randomSource(Number(values.seed));
const clips: Clip[] = values.corpus.flatMap(readCorpus);
/** Sounds of each epoch, as a share of the clips; a third of them are new, for making them takes longer than learning. */
const madeUp = Math.round(Number(values['made-up']) * clips.length);
const trainer = new Trainer(FEATURES, Number(values.units), random);

const pool: Clip[] = [];

function shuffle<T>(items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

/** A module that holds the weights as 16-bit numbers and a scale for each group, in base64. */
function moduleOf(weights: Weights): string {
  const packed = (['input', 'recurrent', 'bias', 'output'] as const).map((name) => {
    const most = weights[name].reduce((high, value) => Math.max(high, Math.abs(value)), 0);
    const scale = most / 32767;
    const numbers = Int16Array.from(weights[name], (value) => Math.round(value / scale));
    const text = Buffer.from(numbers.buffer).toString('base64');
    const lines = (text.match(/.{1,110}/g) ?? []).map((line) => `    '${line}',`).join('\n');
    return `  ${name}: unpack(${scale.toPrecision(8)}, [\n${lines}\n  ]),`;
  });
  return [
    `import { type Weights, unpack } from './network.ts';`,
    '',
    '/** Written by bench/barge-in/train.ts: not by hand. */',
    'export const WEIGHTS: Weights = {',
    `  inputs: ${weights.inputs},`,
    `  units: ${weights.units},`,
    ...packed,
    '};',
    '',
  ].join('\n');
}

for (let epoch = 0; epoch < epochs; epoch++) {
  const began = Date.now();
  const rate = RATE * (0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * epoch) / epochs)));
  let loss = 0;
  let frames = 0;
  let batch = 0;
  let batchFrames = 0;
  for (let i = 0; i < madeUp / 3; i++) pool.push(soundClip(random));
  const sounds = shuffle(pool).slice(0, madeUp);
  for (const clip of shuffle([...clips, ...sounds])) {
    for (const stretch of stretchesOf(clip, vary(clip, random), WEIGHTS[clip.cat] ?? 1)) {
      const learnt = trainer.learn(stretch);
      loss += learnt.loss;
      frames += learnt.frames;
      batchFrames += learnt.frames;
    }
    if (++batch < BATCH) continue;
    trainer.step(rate, batchFrames);
    batch = 0;
    batchFrames = 0;
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  process.stderr.write(`epoch ${epoch + 1}/${epochs} loss ${(loss / frames).toFixed(4)} (${seconds} s)\n`);
  if (epoch % 5 === 4 || epoch === epochs - 1) writeFileSync(values.out, moduleOf(trainer.weights()));
}
