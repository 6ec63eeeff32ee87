import { parseArgs } from 'node:util';
import { MessageRate } from '../voice/twilio/message-rate.ts';
import { readTwilioMessage } from '../voice/twilio/messages.ts';

/**
 * What a media frame costs at the door, ns: reading it, and the limit on messages a second that stands before that.
 * `tsx bench/media-frame.ts [--frames N] [--rounds N]`; the best of the rounds counts, the machine may be shared.
 */

const { values } = parseArgs({
  options: { frames: { type: 'string', default: '200000' }, rounds: { type: 'string', default: '9' } },
});
const frames = Number(values.frames);
const rounds = Number(values.rounds);

const payload = Buffer.alloc(160, 0x7f).toString('base64');
const data = Buffer.from(
  JSON.stringify({
    event: 'media',
    sequenceNumber: '1000',
    streamSid: 'MZ00000000000000000000000000000000',
    media: { track: 'inbound', chunk: '999', timestamp: '19980', payload },
  }),
);

/** Nanoseconds of one frame in the best round. */
function best(frame: () => unknown): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const begun = process.hrtime.bigint();
    for (let index = 0; index < frames; index++) frame();
    least = Math.min(least, Number(process.hrtime.bigint() - begun) / frames);
  }
  return Math.round(least * 10) / 10;
}

const rate = new MessageRate(0);
let now = 0;
/** 50 frames a second, as of a line. */
function limit(): boolean {
  now += 20;
  if (rate.admits(now, data.length)) return true;
  throw new Error('a line at its usual pace was found too fast');
}
const read = () => readTwilioMessage(data.toString('utf8'));
const result = {
  readNs: best(read),
  limitNs: best(limit),
  readWithLimitNs: best(() => limit() && read()),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
