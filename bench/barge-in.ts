import { parseArgs } from 'node:util';
import { speechDetector } from '../plugins/barge-in/detector.ts';
import { energyDetector } from '../plugins/barge-in/energy.ts';
import { readCorpus } from './barge-in/corpus.ts';
import { ordinaryCost } from './barge-in/ordinary-call.ts';
import { Cost, gaps, hear, summarise } from './barge-in/scores.ts';

/**
 * How well the barge-in detector of a call tells speech from everything else, over a corpus of labelled clips:
 * `npm run bench:barge-in -- --corpus DIR [--json] [--misses] [--energy]`. The last line is one JSON object with
 * `--json`. With `--energy` energy alone is measured instead, for comparison.
 */

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    json: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
    energy: { type: 'boolean', default: false },
  },
});
if (values.corpus === undefined) throw new Error('--corpus DIR is missing: a directory with an index.json and clips');

const clips = readCorpus(values.corpus);
const create = values.energy ? energyDetector : speechDetector;
const cost = new Cost();
const began = process.cpuUsage();
const outcomes = clips.map((clip) => hear(clip, cost, create()));
const { user, system } = process.cpuUsage(began);
const figures = summarise(create.name, outcomes, cost, (user + system) / 1000);

const say = (line: string) => process.stdout.write(`${line}\n`);
if (values.misses)
  for (const { clip, firstFire, isEarly, latencyMs } of outcomes)
    if (clip.label === 'speech' ? latencyMs === null || isEarly : firstFire !== null)
      say(`${clip.label} ${clip.file} ${clip.bg ?? ''} fired at ${firstFire ?? 'no time'}`);
say(`gaps on sounds without speech: ${JSON.stringify(gaps(outcomes))}`);
say(`an ordinary call of three minutes: ${ordinaryCost(clips, create) ?? 'no'} µs a frame`);
if (values.json) say(JSON.stringify(figures));
else for (const [name, value] of Object.entries(figures)) say(`${name}: ${JSON.stringify(value)}`);
