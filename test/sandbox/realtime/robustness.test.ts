import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../sandbox/audio/noise.ts';
import { Peer, script } from './harness.ts';

const TALK = script(`
  - agent: שלום.
  - caller: היי.
  - tool: save_lead_details
  - agent: מה שלומך?
  - noise: cough
    ms: 100
  - caller: טוב.
  - agent: יופי.
`);

type Step = (peer: Peer) => void;
const itemId = (peer: Peer, nth: number): string => peer.core.spoken.at(-1 - nth)?.itemId ?? 'none';
const steps = fc.oneof(
  fc.constant<Step>((peer) => peer.reply()),
  fc.constant<Step>((peer) => peer.reply({ instructions: 'אמור «רגע»' })),
  fc.constant<Step>((peer) => peer.reply({ conversation: 'none', output_modalities: ['text'] })),
  fc.constant<Step>((peer) => peer.send({ type: 'response.cancel' })),
  fc.constant<Step>((peer) => peer.send({ type: 'input_audio_buffer.commit' })),
  fc.constant<Step>((peer) => peer.send({ type: 'input_audio_buffer.clear' })),
  fc.constant<Step>((peer) => peer.hearFrames(noise('cough', 200)).silence(600)),
  fc.constantFrom(1, 5).map(
    (line): Step =>
      (peer) =>
        peer.callerSays(line),
  ),
  fc.nat(900).map(
    (ms): Step =>
      (peer) =>
        peer.pass(ms),
  ),
  fc.tuple(fc.nat(2), fc.nat(1500)).map(
    ([nth, audio_end_ms]): Step =>
      (peer) =>
        peer.send({ type: 'conversation.item.truncate', item_id: itemId(peer, nth), content_index: 0, audio_end_ms }),
  ),
  fc.nat(2).map(
    (nth): Step =>
      (peer) =>
        peer.send({ type: 'conversation.item.delete', item_id: itemId(peer, nth) }),
  ),
  fc.json().map(
    (text): Step =>
      (peer) =>
        peer.send(text),
  ),
);

describe('whatever a client does', () => {
  it('every reply that begins ends once, in order, and the model can still be asked', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(steps, { maxLength: 25 }), (automatic, list) => {
        const peer = new Peer(TALK).configure({ create_response: automatic, interrupt_response: automatic });
        for (const run of list) run(peer);
        peer.pass(5000);
        const created = peer.all('response.created').map((event) => event.response.id);
        const done = peer.all('response.done').map((event) => event.response.id);
        expect(done.toSorted()).toEqual(created.toSorted());
        expect(new Set(done).size).toBe(done.length);
        const heard = peer.all('input_audio_buffer.committed').length;
        expect(peer.all('conversation.item.input_audio_transcription.completed')).toHaveLength(heard);
        peer.forget().reply().pass(5000);
        expect(peer.last('response.done').response.status).toBe('completed');
      }),
      { numRuns: 60 },
    );
  });
});
