import { z } from 'zod';
import { type Commands, type CallView, type Hooks, definePlugin } from '../../voice/plugin.ts';

/** So often the agent turns to a silent caller before it gives up. */
export const REPROMPTS = 2;
const REPROMPT = 'הלו, אתם עדיין איתי?';
const FAREWELL = 'אני לא שומע אתכם, אז אסיים כאן. אפשר להתקשר אלינו שוב בכל זמן. להתראות!';
const TIMER = 'silence';
const CAP_TIMER = 'cap';

/** The least wait after a noise, so that the agent does not speak into the end of it. */
const MIN_WAIT_MS = 1000;
/**
 * Without a word of the caller for this long the call ends whatever the line sounds like: comfort noise that keeps the
 * model's VAD awake must not keep a forgotten call. Longer than anybody speaks or listens without a pause.
 */
const MIN_CAP_MS = 90_000;
/** The same, in waits for an answer. */
const CAP_SHARE = 6;

const settings = z.object({
  silence_reprompt_sec: z.int().min(1).max(120).default(10),
  silence_ends_call: z.boolean().default(false),
});

/**
 * Nobody speaks: the agent asks twice whether the caller is still there, then, if the business wants it, says goodbye.
 * Counted from the end of what was said last; a caller who has not spoken yet while the agent waits is left alone.
 */
export const silence = definePlugin({
  name: 'silence',
  settings,
  card: { tab: 'ai', title: 'שתיקות', help: 'מה קורה כשאף אחד לא מדבר.' },
  fields: {
    silence_reprompt_sec: {
      control: 'number',
      label: 'שתיקה עד שהסוכן פונה שוב ללקוח',
      min: 1,
      max: 120,
      unit: 'שניות',
    },
    silence_ends_call: {
      control: 'switch',
      label: 'סיים את השיחה בנימוס כשהלקוח ממשיך לשתוק',
      help: 'אחרי שתי פניות בלי תשובה.',
    },
  },
  lines: ({ silence_ends_call }) => (silence_ends_call ? [REPROMPT, FAREWELL] : [REPROMPT]),
  call({ silence_reprompt_sec, silence_ends_call }): Hooks {
    const limitMs = silence_reprompt_sec * 1000;
    const capMs = Math.max(MIN_CAP_MS, CAP_SHARE * limitMs);
    let asked = 0;
    /** Since when nobody has said anything, ms on the call's clock. */
    let quietSince = 0;
    const isQuiet = (view: CallView) =>
      !view.agentSpeaking && !view.replyPending && !view.callerSpeaking && view.pendingHangup === null;
    /** A noise that was no turn takes nothing off the silence: it goes on where it was. */
    const wait = (view: CallView): Commands => {
      const ms = Math.max(MIN_WAIT_MS, quietSince + limitMs - view.at);
      return isQuiet(view) ? [{ type: 'start_timer', id: TIMER, ms }] : [];
    };
    const stop = (): Commands => [{ type: 'cancel_timer', id: TIMER }];
    const goodbye: Commands = [{ type: 'end_call', reason: 'silence', say: FAREWELL }];
    const cap: Commands = silence_ends_call ? [{ type: 'start_timer', id: CAP_TIMER, ms: capMs }] : [];
    return {
      onCallStart: () => cap,
      onPlayoutFinished: (view) => {
        quietSince = view.at;
        return wait(view);
      },
      onCallerSpeechStarted: stop,
      onAgentSpeechStarted: stop,
      onCallerSpeechStopped: (view) => (view.agentTurns + view.callerTurns > 0 ? wait(view) : []),
      onCallerTurn: ({ at }) => {
        asked = 0;
        quietSince = at;
        return cap;
      },
      onTimer(id, view) {
        if (id === CAP_TIMER) return view.pendingHangup === null ? goodbye : [];
        if (!isQuiet(view)) return [];
        if (asked < REPROMPTS) {
          asked++;
          return [{ type: 'say', text: REPROMPT }];
        }
        return silence_ends_call ? goodbye : [];
      },
    };
  },
});
