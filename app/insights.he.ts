import type { Outcome, Sentiment } from '../domain/insights/index.ts';
import type { Label } from './labels.he.ts';

export const OUTCOME_LABELS: Readonly<Record<Outcome, Label>> = {
  lead: { text: 'ליד חדש', tone: 'ok' },
  appointment: { text: 'נקבעה פגישה', tone: 'ok' },
  callback: { text: 'מבקש שיחזרו אליו', tone: 'accent' },
  answered: { text: 'קיבל תשובה', tone: 'ok' },
  wants_human: { text: 'ביקש נציג', tone: 'warn' },
  complaint: { text: 'תלונה', tone: 'danger' },
  not_interested: { text: 'לא מעוניין', tone: 'neutral' },
  opt_out: { text: 'ביקש לא להתקשר', tone: 'warn' },
  wrong_number: { text: 'טעות במספר', tone: 'neutral' },
  no_conversation: { text: 'לא התנהלה שיחה', tone: 'neutral' },
  other: { text: 'אחר', tone: 'neutral' },
};

export const SENTIMENT_LABELS: Readonly<Record<Sentiment, Label>> = {
  positive: { text: 'אווירה טובה', tone: 'ok' },
  neutral: { text: 'ענייני', tone: 'neutral' },
  negative: { text: 'לא מרוצה', tone: 'danger' },
  mixed: { text: 'מעורב', tone: 'warn' },
};

const REASONS: Readonly<Record<string, string>> = {
  transcript_unavailable: 'אין סיכום, כי לשיחה הזאת אין תמלול.',
  analysis_off: 'ניתוח שיחות כבוי במערכת. התמלול והפרטים שנאספו בשיחה שמורים.',
  analysis_closed: 'סיכום וניתוח של שיחות אינם פתוחים לעסק. התמלול והפרטים שנאספו בשיחה שמורים.',
  model_unavailable: 'שירות הניתוח לא ענה, ולכן אין סיכום. התמלול והפרטים שנאספו בשיחה שמורים.',
  model_refused: 'שירות הניתוח לא הצליח לסכם את השיחה הזאת. התמלול והפרטים שנאספו בשיחה שמורים.',
  model_quota: 'המכסה בחשבון הבינה המלאכותית נגמרה, ולכן אין סיכום. התמלול שמור.',
  model_key: 'חשבון הבינה המלאכותית סירב לבקשה, ולכן אין סיכום. התמלול שמור.',
};

/** Why a call has no summary. */
export function insightReason(reason: string | null): string {
  return REASONS[reason ?? ''] ?? 'אין סיכום לשיחה הזאת.';
}

const NO_TRANSCRIPT: Readonly<Record<string, string>> = {
  never_connected: 'השיחה נותקה לפני שהסוכן ענה.',
  analysis_closed: 'סיכום וניתוח של שיחות אינם פתוחים לעסק. התמלול והפרטים שנאספו בשיחה שמורים.',
  model_unavailable: 'הסוכן לא היה זמין בזמן השיחה.',
  line_lost: 'הקו נפל לפני שנאמר משהו.',
  not_transcribed: 'הלקוח דיבר, אבל לא ניתן היה לתמלל את דבריו.',
  removed: 'התמלול נמחק.',
  nothing_said: 'לא נאמר דבר בשיחה.',
};

/** Why a call has no transcript. */
export function noTranscriptReason(detail: string | null): string {
  return NO_TRANSCRIPT[detail ?? ''] ?? 'התמלול לא זמין.';
}
