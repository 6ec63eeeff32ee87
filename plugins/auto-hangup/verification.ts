import { classifyAnswer } from '../../hebrew/confirm.ts';
import type { AgentTurn, CallerTurn } from '../../voice/plugin.ts';
import type { LeadResult } from './lead-result.ts';
import { type OwnKinds, mentionsDetail, readsBack } from './read-back.ts';
import { type Moment, isProven } from './timeline.ts';

/** Why the details count as right, or null. */
export type Verdict = 'user_verified' | 'lead_captured_confirmed' | null;

/**
 * Whether every required detail was captured, and whether the caller said so. Two proofs, in either order with the
 * saving: the caller's own yes to an agent turn that says all of them, and the model's word that they were confirmed.
 */
export interface Verification {
  agentHeard(turn: AgentTurn): void;
  callerSaid(turn: CallerTurn, moment: Moment): Verdict;
  saved(result: LeadResult, isLatest: (moment: Moment) => boolean): Verdict;
  isCaptured(): boolean;
  isVerified(): boolean;
}

/** Agent turns a late «כן» may still answer. */
const MOST_TURNS_KEPT = 20;

export function createVerification(required: readonly string[], kinds: OwnKinds = {}): Verification {
  let details: Readonly<Record<string, string>> = {};
  /** Agent turns heard to their end. */
  let whole: readonly string[] = [];
  /** Agent turns that the caller said yes to. */
  let affirmed: readonly { readonly text: string; readonly order: number }[] = [];
  let isConfirmed = false;
  let correction: Moment | null = null;

  const isCaptured = () => required.every((field) => (details[field] ?? '') !== '');
  const isAffirmed = () => affirmed.some((turn) => readsBack(turn.text, details, required, kinds));

  function withdraw(moment: Moment): void {
    // A yes that came later answers a newer read-back, although the words of this «לא» arrive after it.
    affirmed = affirmed.filter((turn) => turn.order > moment.order);
    isConfirmed = false;
    if (correction === null || moment.order > correction.order) correction = moment;
  }

  return {
    agentHeard: (turn) => {
      if (!turn.interrupted) whole = [...whole, turn.text].slice(-MOST_TURNS_KEPT);
    },

    callerSaid: (turn, moment) => {
      const answer = classifyAnswer(turn.text, { asked: turn.answers });
      // A yes that began over the last word of the read-back still answers it.
      const answered = [turn.answers, moment.heard].filter((text) => text !== null);
      if (answer === 'correction') withdraw(moment);
      if (answer === 'no' && answered.some((text) => mentionsDetail(text, details, kinds))) withdraw(moment);
      if (answer !== 'yes' || !isProven(turn)) return null;
      const turns = answered.filter((text) => whole.includes(text));
      affirmed = [...affirmed, ...turns.map((text) => ({ text, order: moment.order }))];
      if (!isCaptured()) return null;
      return isAffirmed() ? 'user_verified' : null;
    },

    saved: (result, isLatest) => {
      const hasChanged = Object.entries(result.saved).some(([field, value]) => details[field] !== value);
      details = result.saved;
      if (hasChanged) isConfirmed = false;
      // The caller's last words were a correction: nobody has confirmed what was corrected.
      if (result.confirmed && !(correction !== null && isLatest(correction))) isConfirmed = true;
      if (!isCaptured()) return null;
      if (isConfirmed) return 'lead_captured_confirmed';
      return isAffirmed() ? 'user_verified' : null;
    },

    isCaptured,
    isVerified: () => isCaptured() && (isConfirmed || isAffirmed()),
  };
}
