/** How long a business keeps one kind of data, as the settings tell it. */
export interface RetentionTerm {
  /** Name of the kind, snake_case; its setting is `retention_<kind>_days`. */
  readonly kind: string;
  readonly label: string;
  readonly help: string;
  /** Days where a business says nothing; null: for ever. */
  readonly defaultDays: number | null;
}

/** The kinds of data whose time a business decides, in the order of the settings. */
export const RETENTION_TERMS = [
  {
    kind: 'recordings',
    label: 'הקלטות',
    help: 'הקול של השיחה. התמלול והסיכום נשמרים לפי הזמנים שלהם.',
    defaultDays: 7,
  },
  {
    kind: 'insights',
    label: 'סיכומי שיחות',
    help: 'הסיכום, הנושא והפרטים שנמצאו. התוצאה והציון נשארים.',
    defaultDays: 365,
  },
  {
    kind: 'transcripts',
    label: 'תמלולי שיחות',
    help: 'המילים שנאמרו. השיחה עצמה נשארת ברשימה: מועד, אורך וסיבת סיום.',
    defaultDays: 365,
  },
  {
    kind: 'deliveries',
    label: 'תוכן שנשלח למערכות אחרות',
    help: 'מה שנשלח ומה שהיעד ענה. שורת המשלוח ומצבו נשארים.',
    defaultDays: 90,
  },
  {
    kind: 'leads',
    label: 'לידים ללא פעילות',
    help: 'נספר מהפעם האחרונה שמשהו השתנה בליד.',
    defaultDays: null,
  },
] as const satisfies readonly RetentionTerm[];

/** Name of the setting that holds the days of a kind. */
export function retentionSetting(kind: string): string {
  return `retention_${kind}_days`;
}
