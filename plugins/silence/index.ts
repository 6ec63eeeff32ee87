import { z } from 'zod';
import { type Commands, type CallView, type Hooks, definePlugin } from '../../voice/plugin.ts';

/** So often the agent turns to a silent caller before it gives up. */
export const REPROMPTS = 2;
const REPROMPT = 'הלו, אתם עדיין איתי?';
const FAREWELL = 'אני לא שומע אתכם, אז אסיים כאן. אפשר להתקשר אלינו שוב בכל זמן. להתראות!';
const TIMER = 'silence';

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
    let asked = 0;
    const isQuiet = (view: CallView) =>
      !view.agentSpeaking && !view.replyPending && !view.callerSpeaking && view.pendingHangup === null;
    const wait = (view: CallView): Commands =>
      isQuiet(view) ? [{ type: 'start_timer', id: TIMER, ms: silence_reprompt_sec * 1000 }] : [];
    const stop = (): Commands => [{ type: 'cancel_timer', id: TIMER }];
    return {
      onPlayoutFinished: wait,
      onCallerSpeechStarted: stop,
      onAgentSpeechStarted: stop,
      // A noise that was no turn: the silence goes on.
      onCallerSpeechStopped: (view) => (view.agentTurns + view.callerTurns > 0 ? wait(view) : []),
      onCallerTurn: () => {
        asked = 0;
      },
      onTimer(_id, view) {
        if (!isQuiet(view)) return [];
        if (asked < REPROMPTS) {
          asked++;
          return [{ type: 'say', text: REPROMPT }];
        }
        return silence_ends_call ? [{ type: 'end_call', reason: 'silence', say: FAREWELL }] : [];
      },
    };
  },
});
