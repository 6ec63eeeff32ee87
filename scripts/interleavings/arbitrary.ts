import fc from 'fast-check';
import {
  AGENT_WORDS,
  CALLER_WORDS,
  type Action,
  type ConnectionPlan,
  type HangUpPlan,
  type Plan,
  type ReplyPlan,
  type Stray,
} from './plan.ts';

/** Chance, weighted so that calls go well often enough to get anywhere, and badly often enough to find something. */

const upTo = (max: number, min = 0) => fc.integer({ min, max });
const orNull = <T>(arbitrary: fc.Arbitrary<T>, often: number) => fc.option(arbitrary, { nil: null, freq: often });

const connection: fc.Arbitrary<ConnectionPlan> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      outcome: fc.constant('ready' as const),
      ms: upTo(1500, 1),
      dropsAfterMs: fc.option(upTo(15_000, 1), { nil: null, freq: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ outcome: fc.constant('closed' as const), ms: upTo(1500, 1), permanent: fc.boolean() }),
  },
  // The adapter bounds the wait itself.
  { weight: 1, arbitrary: fc.constant({ outcome: 'closed', ms: 5000, permanent: false } as const) },
);

const speaks: fc.Arbitrary<ReplyPlan> = fc.record({
  outcome: fc.constant('speaks' as const),
  beginMs: fc.oneof({ weight: 6, arbitrary: upTo(400) }, { weight: 1, arbitrary: upTo(3900) }),
  audioMs: fc.oneof({ weight: 6, arbitrary: upTo(5000, 200) }, { weight: 1, arbitrary: fc.constant(0) }),
  chunkMs: fc.constantFrom(20, 50, 100, 333),
  speed: fc.constantFrom(1, 3, 8),
  words: upTo(AGENT_WORDS.length - 1),
  tools: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom('save', 'save', 'garbage', 'unknown'), { maxLength: 2 }) },
  ),
  status: fc.constantFrom('completed', 'completed', 'completed', 'failed', 'incomplete'),
  stalls: fc.constantFrom(false, false, false, false, false, true),
  // Within the two seconds for which the engine waits; what is later than that is refused by the model.
  cancel: fc.record({ ms: upTo(1800), lateAudio: fc.boolean() }),
});

const reply: fc.Arbitrary<ReplyPlan> = fc.oneof(
  { weight: 10, arbitrary: speaks },
  {
    weight: 1,
    arbitrary: fc.record({
      outcome: fc.constant('refused' as const),
      ms: upTo(1000),
      permanent: fc.constantFrom(false, false, true),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ outcome: 'ignored' } as const) },
);

const hangUp: fc.Arbitrary<HangUpPlan> = fc.record({
  ms: fc.oneof(upTo(300), upTo(3500)),
  outcome: fc.constantFrom('done', 'done', 'done', 'gone', 'fails', 'never'),
  stopMs: orNull(upTo(1200), 4),
});

const strays: readonly Stray[] = [
  ...(['speech_started', 'speech_stopped', 'committed', 'transcript', 'response_done', 'audio'] as const),
  ...(['words', 'error', 'tool_call', 'mark', 'ready'] as const),
];

const wait: fc.Arbitrary<Action> = fc
  .oneof({ weight: 3, arbitrary: upTo(600) }, { weight: 2, arbitrary: upTo(4000) })
  .map((ms) => ({ do: 'wait', ms }) as const);

const speak: fc.Arbitrary<Action> = fc.record({
  do: fc.constant('speak' as const),
  ms: upTo(1200, 60),
  loud: fc.constantFrom(true, true, true, false),
  commitMs: fc.constantFrom(100, 500),
  words: upTo(CALLER_WORDS.length - 1),
  transcript: fc.constantFrom('once', 'once', 'once', 'once', 'twice', 'never', 'failed', 'empty'),
  transcriptMs: fc.oneof(upTo(400), upTo(4000)),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: wait },
  { weight: 8, arbitrary: speak },
  { weight: 2, arbitrary: upTo(700, 20).map((ms) => ({ do: 'noise', ms }) as const) },
  { weight: 3, arbitrary: fc.constantFrom(...strays).map((what) => ({ do: 'stray', what }) as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Action>(
      { do: 'dtmf' },
      { do: 'status_over' },
      { do: 'staff_ends' },
      { do: 'model_drops' },
    ),
  },
);

const atLeastOne = <T>(arbitrary: fc.Arbitrary<T>, most: number) =>
  fc.array(arbitrary, { minLength: 1, maxLength: most });

/** Any call that can be. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  settings: fc.record({
    bot_speaks_first: fc.boolean(),
    greeting_message: fc.constantFrom('', 'שלום, הגעתם לעסק.'),
    barge_in_enabled: fc.constantFrom(true, true, false),
    auto_end_on_goodbye: fc.boolean(),
    auto_end_after_lead_capture: fc.boolean(),
    silence_reprompt_sec: upTo(5, 1),
    silence_ends_call: fc.boolean(),
  }),
  maxCallMs: fc.oneof({ weight: 3, arbitrary: fc.constant(60_000) }, { weight: 1, arbitrary: upTo(20_000, 1000) }),
  lines: fc.boolean(),
  line: fc.record({
    latencyMs: fc.constantFrom(0, 40, 150),
    losesMarks: fc.constantFrom(false, false, false, true),
    closeMs: upTo(900),
  }),
  connections: atLeastOne(connection, 3),
  replies: atLeastOne(reply, 5),
  hangUps: atLeastOne(hangUp, 3),
  saves: atLeastOne(
    fc.record({ ms: fc.oneof(upTo(300), upTo(9000)), outcome: fc.constantFrom('saved', 'saved', 'fails', 'never') }),
    2,
  ),
  actions: fc.array(action, { maxLength: 14 }),
  finale: fc.constantFrom('stop', 'stop', 'lost', 'lost_then_over', 'max_duration'),
});
