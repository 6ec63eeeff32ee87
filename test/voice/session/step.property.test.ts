import fc from 'fast-check';
import { expect, test } from 'vitest';
import { END_REASONS } from '../../../voice/plugin.ts';
import type { Command } from '../../../voice/plugin.ts';
import { type Fate, StepRig } from './step-rig.ts';

type Action = (rig: StepRig) => void;

const frame = new Uint8Array(160);
const caller = fc.integer({ min: 1, max: 4 }).map((number) => `caller_${number}`);

const utterances: fc.Arbitrary<Action> = fc
  .record({ itemId: caller, kind: fc.constantFrom('start', 'stop', 'commit', 'transcript', 'failed', 'audio') })
  .map(({ itemId, kind }) => (rig) => {
    const passed = rig.state.evidence.passedMs;
    if (kind === 'start') rig.model({ type: 'speech_started', itemId, audioStartMs: Math.max(0, passed - 300) });
    if (kind === 'stop') rig.model({ type: 'speech_stopped', itemId, audioEndMs: passed });
    if (kind === 'commit') rig.model({ type: 'committed', itemId, previousItemId: null });
    if (kind === 'transcript') rig.model({ type: 'transcript', itemId, text: 'אני רוצה לקבוע תור' });
    if (kind === 'failed') rig.model({ type: 'transcript_failed', itemId });
    if (kind === 'audio')
      for (let n = 0; n < 20; n++) rig.feed({ type: 'caller_audio', payload: '', frame, level: 3000 });
  });

/** A whole utterance, so that replies are owed often. */
const speaks: fc.Arbitrary<Action> = fc.integer({ min: 5, max: 1000 }).map((number) => (rig) => {
  const itemId = `caller_${number}`;
  rig.model({ type: 'speech_started', itemId, audioStartMs: rig.state.evidence.passedMs });
  for (let n = 0; n < 40; n++) rig.feed({ type: 'caller_audio', payload: '', frame, level: 3000 });
  rig.model({ type: 'committed', itemId, previousItemId: null });
});

const command: fc.Arbitrary<Action> = fc
  .constantFrom<Command>(
    { type: 'say', text: 'שלום' },
    { type: 'prompt', instructions: 'ask' },
    { type: 'pause_playout' },
    { type: 'resume_playout' },
    { type: 'interrupt' },
    { type: 'offer_floor' },
    { type: 'offer_floor' },
    { type: 'hold_caller_audio' },
    { type: 'release_caller_audio' },
    { type: 'start_timer', id: 't', ms: 300 },
    { type: 'mark', leadCaptured: true },
  )
  .map((given) => (rig) => rig.feed({ type: 'command', plugin: 'p', command: given }));

const stray: fc.Arbitrary<Action> = fc.constantFrom<Action>(
  (rig) => rig.feed({ type: 'mark', name: 'g0-1' }),
  (rig) => rig.feed({ type: 'dtmf', digit: '1' }),
  (rig) => rig.feed({ type: 'tool_result', callId: 'none', name: 'x', result: null, failure: 'late' }),
  (rig) => rig.feed({ type: 'hang_up_result', outcome: 'failed' }),
  (rig) => rig.model({ type: 'response_done', responseId: 'none', status: 'failed', code: null, permanent: false }),
  (rig) => rig.model({ type: 'words_done', responseId: 'none', itemId: 'agent_1', text: 'שלום' }),
  (rig) => rig.model({ type: 'audio_done', responseId: 'none', itemId: 'agent_1' }),
  (rig) => rig.model({ type: 'error', code: 'invalid', message: '', eventId: 'truncate_1', permanent: false }),
);

const ending: fc.Arbitrary<Action> = fc.constantFrom<Action>(
  (rig) => rig.feed({ type: 'stream_ended', how: 'stop' }),
  (rig) => rig.feed({ type: 'stream_ended', how: 'lost' }),
  (rig) => rig.feed({ type: 'line_over' }),
  (rig) => rig.feed({ type: 'end_requested' }),
  (rig) => rig.model({ type: 'closed', code: 'closed_1006' }),
  (rig) =>
    rig.feed({ type: 'command', plugin: 'p', command: { type: 'end_call', reason: 'user_goodbye', say: 'ביי' } }),
);

const action = fc.oneof(
  { weight: 5, arbitrary: speaks },
  { weight: 4, arbitrary: utterances },
  { weight: 4, arbitrary: command },
  { weight: 2, arbitrary: stray },
  { weight: 1, arbitrary: ending },
  {
    weight: 8,
    arbitrary: fc.oneof(fc.integer({ min: 0, max: 2500 }), fc.constant(6500)).map(
      (ms): Action =>
        (rig) =>
          rig.pass(ms),
    ),
  },
);
const fate = fc.constantFrom<Fate>(
  'speaks',
  'speaks',
  'speaks',
  'calls_tool',
  'fails',
  'stays_silent',
  'never_answers',
);

test('whatever comes in whatever order: one response at a time, one end, nothing trimmed that was not there, silence after', () => {
  fc.assert(
    fc.property(
      fc.array(action, { minLength: 1, maxLength: 40 }),
      fc.array(fate, { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 5, max: 700 }), { minLength: 1, maxLength: 5 }),
      (actions, fates, delays) => {
        const rig = new StepRig(fates, delays);
        rig.model({ type: 'ready' });
        for (const act of actions) act(rig);
        rig.pass(7000);
        // However it went, the call can be brought to its end, and then it is over for good.
        rig.feed({ type: 'stream_ended', how: 'stop' });
        rig.pass(20_000);
        expect(rig.ends).toHaveLength(1);
        expect(END_REASONS).toContain(rig.ends[0]);
        expect(rig.settled).toBe(1);
        for (const act of actions) act(rig);
      },
    ),
    { numRuns: 400 },
  );
}, 30_000);
