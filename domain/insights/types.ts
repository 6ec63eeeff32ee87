import { z } from 'zod';

/** How the caller sounded by what they said. */
export const SENTIMENTS = ['positive', 'neutral', 'negative', 'mixed'] as const;
export type Sentiment = (typeof SENTIMENTS)[number];

/** What became of a call: a closed list, so that calls can be counted by it. */
export const OUTCOMES = [
  'lead',
  'appointment',
  'callback',
  'answered',
  'wants_human',
  'complaint',
  'not_interested',
  'opt_out',
  'wrong_number',
  'no_conversation',
  'other',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * What a model is asked for. Turns are named by their numbers in the request. Plain types only: the vendor's strict
 * schemas know no more, and every limit is held again by `groundAnalysis`.
 */
export function analysisSchema(keys: readonly [string, ...string[]]) {
  return z.object({
    summary: z
      .string()
      .describe('Exactly three short Hebrew sentences: who called and why, what was said, how it ended.'),
    next_step: z
      .string()
      .describe('One Hebrew sentence: what the business should do now. Empty when nothing is to be done.'),
    topic: z.string().describe('Two to five Hebrew words.'),
    sentiment: z.enum(SENTIMENTS),
    outcome: z.enum(OUTCOMES),
    score: z.number().describe('0 to 100: how promising the caller is for the business.'),
    score_reasons: z.array(z.string()).describe('One to three short Hebrew reasons for the score.'),
    fields: z.array(
      z.object({
        key: z.enum(keys),
        value: z
          .string()
          .describe("In the caller's own words, as they stand in the turns; telephone numbers in digits."),
        turns: z.array(z.number()).describe('Numbers of the turns in which it was said.'),
      }),
    ),
    follow_ups: z.array(
      z.object({
        what: z.string().describe('What was promised, in the words of the turn.'),
        by: z.string().nullable().describe('By when, in the words of the turn; null when it was not said.'),
        turn: z.number().describe('Number of the turn in which it was promised.'),
      }),
    ),
  });
}

/** What a model answered, not yet held against the turns. */
export type Analysis = z.output<ReturnType<typeof analysisSchema>>;

/** A turn as the model is shown it. */
export interface NumberedTurn {
  /** 1 for the first. */
  readonly number: number;
  readonly itemId: string;
  readonly speaker: 'agent' | 'caller';
  readonly text: string;
}

const insightField = z.object({
  key: z.string(),
  value: z.string(),
  /** Item ids of the turns that say it; none where the call itself captured it in other words. */
  turns: z.array(z.string()),
  /** `call`: captured and confirmed in the conversation. `analysis`: found afterwards. */
  source: z.enum(['call', 'analysis']),
});
/** A detail of the caller and the turns it came from. */
export type InsightField = Readonly<z.output<typeof insightField>>;
export const storedFields = z.array(insightField).catch([]);

const followUp = z.object({ what: z.string(), by: z.string().nullable(), turn: z.string() });
/** Something that was promised in the call: what, by when, and the item id of the turn. */
export type FollowUp = Readonly<z.output<typeof followUp>>;
export const storedFollowUps = z.array(followUp).catch([]);

/** An analysis after everything no turn supports was taken out. */
export interface GroundedAnalysis {
  readonly summary: string;
  readonly nextStep: string;
  readonly topic: string;
  readonly sentiment: Sentiment;
  readonly outcome: Outcome;
  /** 0–100. */
  readonly score: number;
  readonly scoreReasons: readonly string[];
  readonly fields: readonly InsightField[];
  readonly followUps: readonly FollowUp[];
  /** How many values and sentences were taken out. */
  readonly dropped: number;
}

/** Why a call has no insight. */
export const UNAVAILABLE_REASONS = [
  'transcript_unavailable',
  'analysis_off',
  'analysis_closed',
  'model_unavailable',
  'model_refused',
  'model_quota',
  'model_key',
] as const;
export type UnavailableReason = (typeof UNAVAILABLE_REASONS)[number];

/** What is known of a call's analysis. */
export interface Insight {
  readonly status: 'pending' | 'done' | 'unavailable';
  readonly reason: string | null;
  /** Of `transcript_unavailable`: why there is no transcript. */
  readonly detail: string | null;
  readonly model: string | null;
  readonly summary: string | null;
  readonly nextStep: string | null;
  readonly topic: string | null;
  readonly sentiment: Sentiment | null;
  readonly outcome: Outcome | null;
  readonly score: number | null;
  readonly scoreReasons: readonly string[];
  readonly fields: readonly InsightField[];
  readonly followUps: readonly FollowUp[];
  readonly dropped: number;
  readonly requestedAt: Date;
  readonly analysedAt: Date | null;
}
