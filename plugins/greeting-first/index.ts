import { z } from 'zod';
import { type Command, type Hooks, definePlugin } from '../../voice/plugin.ts';

/**
 * The caller is listened to again after this long even when no greeting could be heard: a model that is slow to
 * speak must not leave a caller talking to nobody.
 */
export const HOLD_LIMIT_MS = 5000;

const HOLD_TIMER = 'hold';

const settings = z.object({
  bot_speaks_first: z.boolean().default(false),
  greeting_message: z.string().trim().max(500).default(''),
});

/** The agent speaks first: the greeting is its first turn, and the caller is not listened to until it has begun. */
export const greetingFirst = definePlugin({
  name: 'greeting-first',
  settings,
  mayHoldCallerAudio: true,
  card: { tab: 'ai', title: 'פתיחת השיחה', help: 'מי מדבר ראשון, ומה נאמר ללקוח ברגע שהשיחה נענית.' },
  fields: {
    bot_speaks_first: {
      control: 'switch',
      label: 'הבוט מדבר ראשון (ניגון הודעת פתיחה לפני שמקשיבים ללקוח)',
      help: 'כבוי: הסוכן מחכה שהלקוח ידבר.',
    },
    greeting_message: {
      control: 'textarea',
      label: 'הודעת פתיחה',
      help: 'המשפט הראשון שהלקוח שומע, מילה במילה. ריק: הסוכן יברך במילים שלו.',
      rows: 3,
      spoken: true,
      placeholder: 'שלום, הגעתם ל… במה אפשר לעזור?',
    },
  },
  lines: ({ bot_speaks_first, greeting_message }) =>
    bot_speaks_first && greeting_message !== '' ? [greeting_message] : [],
  call({ bot_speaks_first, greeting_message }, { businessName }): Hooks {
    if (!bot_speaks_first) return {};
    const release: readonly Command[] = [{ type: 'release_caller_audio' }, { type: 'cancel_timer', id: HOLD_TIMER }];
    let holding = true;
    const listen = () => {
      if (!holding) return [];
      holding = false;
      return release;
    };
    return {
      // A greeting whose audio is at hand sounds at once; else the model speaks it as soon as it is ready.
      onCallStart: () => [
        { type: 'hold_caller_audio' },
        { type: 'start_timer', id: HOLD_TIMER, ms: HOLD_LIMIT_MS },
        greeting_message === ''
          ? {
              type: 'prompt',
              instructions: `Greet the caller of "${businessName}" in Hebrew with one short warm sentence and ask how you can help.`,
            }
          : { type: 'say', text: greeting_message },
      ],
      onAgentSpeechStarted: listen,
      onTimer: listen,
    };
  },
});
