import { announcesWork } from '../../hebrew/busy.ts';
import { isBackchannel } from '../../hebrew/confirm.ts';
import { agentAsksInAll, reportsDone } from '../../hebrew/dialogue.ts';
import { isFarewell } from '../../hebrew/farewell.ts';
import { type Closing, classifyClosing } from '../../hebrew/goodbye.ts';
import type { AgentTurn, CallerTurn, CallView } from '../../voice/plugin.ts';
import { type Moment, type Timeline, isProven } from './timeline.ts';

/**
 * The opening: the caller's first two turns («הלו?», «ערב טוב») while the agent was heard once at most. A wish for
 * the evening greets there.
 */
const OPENING_CALLER_TURNS = 2;
const OPENING_AGENT_TURNS = 1;

/** What a caller's words say about the end of the call. `wait`: a goodbye, but the caller is speaking again. */
export type CallerGoodbye = 'goodbye' | 'wait' | 'none';

/** Whether the caller takes leave, and still does when the words arrive late. */
export interface CallerGoodbyePolicy {
  agentGenerated(text: string): void;
  /** The next utterance became a turn, its words unknown. Behind a noise a goodbye that waits stands: its moment. */
  committed(moment: Moment): Moment | null;
  said(
    turn: CallerTurn,
    moment: Moment,
    view: CallView,
  ): { readonly verdict: CallerGoodbye; readonly closing: Closing };
  /** A goodbye has waited long enough: its moment, unless the caller went on. */
  waited(view: CallView): Moment | null;
}

export function createCallerGoodbyePolicy(timeline: Timeline): CallerGoodbyePolicy {
  let waiting: Moment | null = null;
  /** What the agent answered to the turn that was committed last, as far as it is generated. */
  let lastAnswer: string | null = null;
  /** The caller's newest words that were no goodbye. */
  let wentOnAt = -1;

  function read(turn: CallerTurn, moment: Moment, view: CallView): Closing {
    const before = [turn.answers, moment.heard].filter((text) => text !== null);
    // A reply that asks again keeps «תודה» from ending the call, when its words come first.
    const answered = timeline.isLatest(moment) && lastAnswer !== null ? [lastAnswer] : [];
    return classifyClosing(turn.text, {
      atOpening:
        moment.spokenBefore === 0 ||
        (moment.spokenBefore < OPENING_CALLER_TURNS && moment.agentTurns <= OPENING_AGENT_TURNS),
      agentAsks: agentAsksInAll(before, answered),
      agentBusy: before.some(announcesWork),
      taskDone: view.leadCaptured || before.some(reportsDone),
    });
  }

  function said(turn: CallerTurn, moment: Moment, view: CallView) {
    const closing = isProven(turn) ? read(turn, moment, view) : 'none';
    const isGoodbye = closing === 'strong' || closing === 'soft' || closing === 'opt_out';
    const keepsWaiting = waiting !== null && moment.order > waiting.order && isBackchannel(turn.text);
    if (!isGoodbye && !keepsWaiting) {
      if (isProven(turn)) {
        wentOnAt = Math.max(wentOnAt, moment.order);
        if (waiting !== null && moment.order > waiting.order) waiting = null;
      }
      return { verdict: 'none', closing } as const;
    }
    if (moment.order < wentOnAt) return { verdict: 'none', closing } as const;
    if (view.callerSpeaking || timeline.wentOn(moment)) {
      waiting = moment;
      return { verdict: 'wait', closing } as const;
    }
    waiting = null;
    return { verdict: 'goodbye', closing } as const;
  }

  return {
    agentGenerated: (text) => {
      lastAnswer = text;
    },
    committed: (moment) => {
      lastAnswer = null;
      return waiting === null || moment.isProven || timeline.wentOn(waiting) ? null : waiting;
    },
    said,
    waited: (view) => {
      const goodbye = waiting;
      waiting = null;
      return goodbye === null || view.callerSpeaking || timeline.wentOn(goodbye) ? null : goodbye;
    },
  };
}

/** Turns of both sides after which a farewell of the agent ends a call although nothing was captured. */
const TALK_TURNS = 4;

/** Whether the agent has taken leave: its farewell was heard to the end, and nobody goes on. */
export interface AgentGoodbyePolicy {
  generated(text: string, view: CallView, isSettled: boolean): boolean;
  heard(turn: AgentTurn, view: CallView, isSettled: boolean): boolean;
  /** The caller was making a noise when the farewell ended; it was no turn. */
  committed(moment: Moment, view: CallView): boolean;
}

export function createAgentGoodbyePolicy(timeline: Timeline): AgentGoodbyePolicy {
  let isHeard = false;

  /** `isSettled`: the details are captured or verified. */
  function takesLeave(text: string, view: CallView, isSettled: boolean): boolean {
    if (timeline.spoken() === 0 || !isFarewell(text)) return false;
    return isSettled || view.leadCaptured || view.callerTurns + view.agentTurns >= TALK_TURNS;
  }

  return {
    generated: takesLeave,
    heard: (turn, view, isSettled) => {
      // A caller who cuts a farewell short has something to say; another reply speaks after it.
      isHeard = !turn.interrupted && !view.replyPending && takesLeave(turn.text, view, isSettled);
      return isHeard && !view.callerSpeaking;
    },
    committed: (moment, view) => {
      const isOver = isHeard && !moment.isProven && !view.agentSpeaking && !view.replyPending;
      isHeard = false;
      return isOver;
    },
  };
}
