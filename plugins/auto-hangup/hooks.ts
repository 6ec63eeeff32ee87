import { isBackchannel } from '../../hebrew/confirm.ts';
import { type DialogueState, classifyClosing } from '../../hebrew/goodbye.ts';
import type { CallerTurn, CallView, Command, EndReason, Hooks, ToolOutcome } from '../../voice/plugin.ts';
import { asked } from './custom-fields.ts';
import { createAgentGoodbyePolicy, createCallerGoodbyePolicy } from './goodbye-policy.ts';
import { SAVE_LEAD_DETAILS, leadResult } from './lead-result.ts';
import { type AutoHangupSettings, requiredKeys } from './settings.ts';
import { type Moment, createTimeline } from './timeline.ts';
import { type Verdict, createVerification } from './verification.ts';

/** Spoken only where the model owes no reply. Neither addresses a man nor a woman. */
export const FAREWELL = 'תודה רבה, יום טוב ולהתראות.';
export const FAREWELL_AFTER_LEAD = 'תודה רבה, כל הפרטים נרשמו. יום טוב ולהתראות.';

/** A goodbye or a yes behind which the caller makes a sound waits this long, ms, for what comes of it. */
const WAIT_MS = 4000;
const GOODBYE_TIMER = 'goodbye';
const LEAD_TIMER = 'lead';

/** Behind a yes, thanks add nothing, whatever was asked before it. */
const NOBODY_WAITS: DialogueState = { atOpening: false, agentAsks: 'nothing', agentBusy: false, taskDone: false };

/** A verdict that came while the caller was speaking on. */
interface WaitingVerdict {
  readonly verdict: EndReason;
  /** How often the caller had spoken with the yes; null once they said something else behind it. */
  readonly spoken: number | null;
  /** Agent turns begun when the yes was committed. */
  readonly agentStarts: number;
}

/** Decides when a call ends by itself. One policy each for the details, the caller's goodbye and the agent's. */
export function autoHangupHooks(settings: AutoHangupSettings): Hooks {
  const timeline = createTimeline();
  const kinds = Object.fromEntries(asked(settings.custom_lead_fields).map(({ key, kind }) => [key, kind]));
  const verification = createVerification(requiredKeys(settings), kinds);
  const caller = createCallerGoodbyePolicy(timeline);
  const agent = createAgentGoodbyePolicy(timeline);
  let isDecided = false;
  let isLeadMarked = false;
  let waiting: WaitingVerdict | null = null;

  const isOver = (view: CallView) => isDecided || view.pendingHangup !== null || view.phase === 'ended';

  function end(reason: EndReason, say?: string): Command {
    isDecided = true;
    return { type: 'end_call', reason, ...(say === undefined ? {} : { say }) };
  }

  /** The farewell to say where the agent is silent, owes nothing, and has not answered this turn already. */
  function farewell(text: string, since: { readonly agentStarts: number }, view: CallView): string | undefined {
    const hasAnswered = timeline.agentStarts() > since.agentStarts;
    return view.replyPending || view.agentSpeaking || hasAnswered ? undefined : text;
  }

  function goodbye(reason: EndReason, say?: string): readonly Command[] {
    const mark = { type: 'mark', goodbyeDetected: true } as const;
    return settings.auto_end_on_goodbye ? [mark, end(reason, say)] : [mark];
  }

  /** The details are right: ends the call, or waits while the caller says more («כן… אבל הטלפון לא נכון»). */
  function leadIsRight(verdict: Verdict, moment: Moment | null, view: CallView): readonly Command[] {
    if (verdict === null || !settings.auto_end_after_lead_capture || isOver(view)) return [];
    if (!view.callerSpeaking && (moment === null || !timeline.wentOn(moment))) {
      // Without a moment the model is speaking already, or about to: it always answers a tool's result.
      return [end(verdict, moment === null ? undefined : farewell(FAREWELL_AFTER_LEAD, moment, view))];
    }
    const spoken = moment === null ? timeline.spoken() : moment.spokenBefore + 1;
    waiting = { verdict, spoken, agentStarts: moment?.agentStarts ?? timeline.agentStarts() };
    return [{ type: 'start_timer', id: LEAD_TIMER, ms: WAIT_MS }];
  }

  /** A verdict that waited holds, unless a correction withdrew it meanwhile. */
  function waitingVerdict(view: CallView, saysFarewell: boolean): readonly Command[] {
    if (waiting === null || !verification.isVerified()) return [];
    return [end(waiting.verdict, saysFarewell ? farewell(FAREWELL_AFTER_LEAD, waiting, view) : undefined)];
  }

  /** Nothing but noise came behind the yes. */
  const isQuietSince = () => waiting !== null && waiting.spoken === timeline.spoken();

  function onTool(outcome: ToolOutcome, view: CallView): readonly Command[] {
    const result = outcome.name === SAVE_LEAD_DETAILS ? leadResult.safeParse(outcome.result) : null;
    if (result === null || !result.success) return [];
    const verdict = verification.saved(result.data, (moment) => timeline.isLatest(moment));
    const isMarked = verification.isCaptured() === isLeadMarked;
    isLeadMarked = verification.isCaptured();
    const mark: readonly Command[] = isMarked ? [] : [{ type: 'mark', leadCaptured: isLeadMarked }];
    return [...mark, ...leadIsRight(verdict, null, view)];
  }

  function onCallerTurn(turn: CallerTurn, view: CallView): readonly Command[] {
    const moment = timeline.of(turn);
    const verdict = verification.callerSaid(turn, moment);
    const { verdict: goodbyeVerdict } = caller.said(turn, moment, view);
    if (isOver(view)) return [];
    const lead = leadIsRight(verdict, moment, view);
    const addsNothing = isBackchannel(turn.text) || classifyClosing(turn.text, NOBODY_WAITS) !== 'none';
    if (waiting !== null && verdict === null && !addsNothing) waiting = { ...waiting, spoken: null };
    const late = lead.length > 0 || !addsNothing || view.callerSpeaking ? [] : waitingVerdict(view, true);
    if (lead.length + late.length > 0) return [...lead, ...late];
    switch (goodbyeVerdict) {
      case 'goodbye':
        return goodbye('user_goodbye', farewell(FAREWELL, moment, view));
      case 'wait':
        return [{ type: 'start_timer', id: GOODBYE_TIMER, ms: WAIT_MS }];
      case 'none':
        return [];
    }
  }

  function onTimer(id: string, view: CallView): readonly Command[] {
    if (isOver(view)) return [];
    if (id === LEAD_TIMER) return !view.callerSpeaking && isQuietSince() ? waitingVerdict(view, true) : [];
    const waited = caller.waited(view);
    return waited === null ? [] : goodbye('user_goodbye', farewell(FAREWELL, waited, view));
  }

  return {
    onCallerCommitted: ({ itemId, provenSpeechMs }, view) => {
      const moment = timeline.committed(itemId, provenSpeechMs);
      const left = caller.committed(moment);
      const isAgentGone = agent.committed(moment, view);
      if (isOver(view)) return [];
      const lead = !moment.isProven && isQuietSince() ? waitingVerdict(view, true) : [];
      if (lead.length > 0) return lead;
      if (left !== null) return goodbye('user_goodbye', farewell(FAREWELL, left, view));
      return isAgentGone ? goodbye('ai_goodbye_auto_end') : [];
    },
    // A cough behind a goodbye or a yes was taken for speech until its words failed to come.
    onCallerNoise: ({ itemId }, view) => {
      timeline.wordless(itemId);
      if (isOver(view) || view.callerSpeaking) return [];
      const lead = isQuietSince() ? waitingVerdict(view, true) : [];
      if (lead.length > 0) return lead;
      const left = caller.waited(view);
      return left === null ? [] : goodbye('user_goodbye', farewell(FAREWELL, left, view));
    },
    onCallerTurn,
    onAgentSpeechStarted: () => {
      timeline.agentStarted();
    },
    onAgentGenerated: ({ text }, view) => {
      caller.agentGenerated(text);
      const isLeave = agent.generated(text, view, verification.isCaptured());
      return isLeave && !isOver(view) && !view.goodbyeDetected ? [{ type: 'mark', goodbyeDetected: true }] : [];
    },
    onAgentTurn: (turn, view) => {
      timeline.agentHeard(turn);
      verification.agentHeard(turn);
      const isGone = agent.heard(turn, view, verification.isCaptured());
      if (!isGone || isOver(view)) return [];
      const lead = waitingVerdict(view, false);
      return lead.length > 0 ? lead : goodbye('ai_goodbye_auto_end');
    },
    onToolOutcome: onTool,
    onTimer,
  };
}
