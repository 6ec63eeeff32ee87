import type { Flag } from '../../domain/businesses/flags.ts';

interface FlagWords {
  readonly label: string;
  /** What is open to a business that has it. */
  readonly help: string;
  /** Told to a business that has it not, where it would use it. */
  readonly closed: string;
}

const ASK = 'לפתיחה יש לפנות למנהל המערכת.';

/** What each flag of a business is about. */
export const FLAG_TEXTS: Readonly<Record<Flag, FlagWords>> = {
  recordings: {
    label: 'הקלטות',
    help: 'העסק יכול להקליט את השיחות שלו.',
    closed: `הקלטות אינן פתוחות לעסק, ולכן שיחות אינן מוקלטות. ${ASK}`,
  },
  insights: {
    label: 'סיכום וניתוח',
    help: 'אחרי כל שיחה נכתבים סיכום, נושא וציון.',
    closed: `סיכום וניתוח של שיחות אינם פתוחים לעסק. ${ASK}`,
  },
  webhooks: {
    label: 'יעדי שליחה',
    help: 'אירועים נשלחים לכתובות שהעסק בחר.',
    closed: `יעדי שליחה אינם פתוחים לעסק, ולכן אירועים אינם נשלחים. ${ASK}`,
  },
};
