/**
 * What the engine itself may say in any call. The words avoid the speaker's gender, so that one text suits every voice.
 * Each text is rendered per business and voice; `voice/audio/files/` holds a recording of each as the last resort.
 * Plugins name their own sentences in `lines`.
 */
export const ENGINE_LINES = {
  /** The model is lost for good. */
  apology: ['סליחה, יש לנו כרגע תקלה טכנית. נחזור אליכם בהקדם. תודה ולהתראות.'],
  /** A tool takes longer than a second. In turn, so that a slow call does not repeat itself. */
  working: ['רגע אחד, זה בבדיקה.', 'עוד רגע, זה עדיין בבדיקה.', 'תודה על הסבלנות, עוד רגע קט.'],
  /** The line to the model dropped and is being opened again. */
  reconnecting: ['סליחה, רק רגע.', 'סליחה, נקטע לרגע הקו. אנחנו כבר ממשיכים.'],
  /** The longest allowed call is nearly over. */
  time_nearly_up: ['כדאי לדעת שנשארה לנו פחות מדקה לשיחה.'],
  /** The longest allowed call is over. */
  time_is_up: ['הגענו לזמן המרבי של השיחה. תודה שהתקשרתם, להתראות.'],
  /** One caller too many. */
  all_lines_busy: ['כל הקווים שלנו תפוסים כרגע. נסו שוב בעוד כמה דקות. תודה ולהתראות.'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

export type EngineLine = keyof typeof ENGINE_LINES;

/** All of them. */
export const ENGINE_TEXTS: readonly string[] = Object.values(ENGINE_LINES).flat();
