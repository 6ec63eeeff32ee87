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
  call_notice_enabled: z.boolean().default(true),
  call_notice_text: z
    .string()
    .trim()
    .min(1, 'יש לכתוב את ההודעה. כדי שלא תישמע, אפשר לכבות אותה.')
    .max(200)
    .default('השיחה מתנהלת עם סוכן קולי ומתועדת לצורכי שירות.'),
});
type Settings = z.output<typeof settings>;

/** The notice that every caller hears first; empty where the business has put it off. */
function noticeOf({ call_notice_enabled, call_notice_text }: Settings): string {
  return call_notice_enabled ? call_notice_text : '';
}

/** Notice and greeting are one spoken line: no pause and no second rendering between them. */
function openingOf(settings: Settings): string {
  return [noticeOf(settings), settings.greeting_message].filter((text) => text !== '').join(' ');
}

/**
 * How a call begins. The agent speaks first: the greeting is its first turn, and the caller is not listened to until
 * it has begun. And what the caller has a right to know, whoever speaks first: that this is an AI, and is written down.
 */
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
    call_notice_enabled: {
      control: 'switch',
      label: 'להודיע ללקוח שהוא מדבר עם סוכן קולי ושהשיחה מתועדת',
      help: 'נאמר פעם אחת בכל שיחה: לפני הודעת הפתיחה, ואם הסוכן לא מדבר ראשון, בתחילת התשובה הראשונה שלו.',
    },
    call_notice_text: {
      control: 'textarea',
      label: 'נוסח ההודעה',
      help: 'מילה במילה, וחייב להיות נכון. עד 200 תווים.',
      rows: 2,
    },
  },
  lines(settings) {
    const opening = settings.bot_speaks_first && settings.greeting_message !== '';
    return [opening ? openingOf(settings) : noticeOf(settings)].filter((text) => text !== '');
  },
  call(settings, { businessName }): Hooks {
    const notice = noticeOf(settings);
    const preface: readonly Command[] = notice === '' ? [] : [{ type: 'preface', text: notice }];
    if (!settings.bot_speaks_first) return notice === '' ? {} : { onCallStart: () => preface };
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
        ...(settings.greeting_message === ''
          ? ([
              ...preface,
              {
                type: 'prompt',
                instructions: `Greet the caller of "${businessName}" in Hebrew with one short warm sentence and ask how you can help.`,
              },
            ] as const)
          : ([{ type: 'say', text: openingOf(settings) }] as const)),
      ],
      onAgentSpeechStarted: listen,
      onTimer: listen,
    };
  },
});
