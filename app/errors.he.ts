import { wordOf } from './word-of.ts';

/** What a code means to the person who reads it. Codes are stable; texts may be reworded. */
const TEXTS: Readonly<Record<string, string>> = {
  signed_out: 'יש להתחבר כדי להמשיך.',
  token_invalid: 'אסימון הגישה אינו תקף.',
  credentials_wrong: 'הדוא״ל או הסיסמה שגויים.',
  too_many_attempts: 'יותר מדי ניסיונות. יש להמתין מעט ולנסות שוב.',
  forbidden: 'אין לך הרשאה לפעולה הזאת.',
  business_suspended: 'העסק מושעה כרגע.',
  second_factor_required: 'העסק דורש אימות דו־שלבי. יש להפעיל אותו בדף החשבון.',
  member_not_found: 'האדם הזה אינו חלק מהעסק.',
  invitation_not_found: 'ההזמנה לא נמצאה. ייתכן שכבר נענתה או בוטלה.',
  session_not_found: 'החיבור הזה כבר הסתיים.',
  last_owner: 'לעסק חייב להישאר לפחות בעלים אחד.',
  member_elsewhere: 'לאדם הזה יש גישה גם מחוץ לעסק. את הסיסמה אפשר לאפס רק מהדוא״ל שלו.',
  account_exists: 'לכתובת הזאת כבר יש חשבון. יש להתחבר כדי להצטרף.',
  invitation_of_another: 'ההזמנה נשלחה לכתובת אחרת. יש להתחבר עם החשבון שהוזמן.',
  second_factor_not_begun: 'ההגדרה הופסקה. יש להתחיל אותה מחדש.',
  too_many_invitations: 'יש יותר מדי הזמנות פתוחות. יש לבטל חלק מהן קודם.',
  link_invalid: 'הקישור כבר לא תקף.',
  code_wrong: 'הקוד שגוי, או שכבר נעשה בו שימוש.',
  password_wrong: 'הסיסמה הנוכחית שגויה.',
  insufficient_scope: 'האסימון אינו מורשה לפעולה הזאת.',
  webhooks_closed: 'יעדי שליחה אינם פתוחים לעסק. לפתיחה יש לפנות למנהל המערכת.',
  number_not_found: 'המספר לא נמצא.',
  too_many_numbers: 'לעסק יש כבר 100 מספרים.',
  token_not_found: 'האסימון לא נמצא.',
  too_many_tokens: 'יש כבר 50 אסימונים. יש לבטל אסימון שאינו בשימוש כדי ליצור חדש.',
  no_business: 'החשבון שלך עדיין לא משויך לעסק.',
  business_changed:
    'בחלון אחר עברת בינתיים לעסק אחר, ולכן דבר לא נשמר. כדי להמשיך יש לחזור לעסק שבו התחלת; מה שהוקלד בהגדרות מחכה שם.',
  origin_refused: 'הבקשה הגיעה ממקור לא מוכר ונדחתה. יש לרענן את הדף ולנסות שוב.',
  not_found: 'לא נמצא.',
  call_not_found: 'השיחה לא נמצאה.',
  lead_not_found: 'הליד לא נמצא.',
  delivery_not_found: 'המשלוח לא נמצא.',
  business_not_found: 'העסק לא נמצא.',
  method_not_allowed: 'הפעולה אינה נתמכת בכתובת הזאת.',
  body_too_large: 'התוכן שנשלח גדול מדי.',
  media_type_unsupported: 'יש לשלוח את התוכן כ־JSON.',
  json_broken: 'ה־JSON שנשלח אינו תקין.',
  validation_failed: 'חלק מהערכים אינם תקינים.',
  unknown_field: 'נשלחו שדות שאינם מוכרים.',
  query_invalid: 'הפרמטרים של הבקשה אינם תקינים.',
  invalid_cursor: 'הסמן של הדף אינו תקין. יש לטעון את הרשימה מההתחלה.',
  rate_limited: 'נשלחו יותר מדי בקשות. יש להמתין מעט ולנסות שוב.',
  too_many_streams: 'יותר מדי חלונות פתוחים מתעדכנים בו־זמנית. אפשר לסגור אחד מהם.',
  destination_not_found: 'היעד לא נמצא.',
  destination_without_address: 'ליעד הזה אין כתובת. יש להזין אותה בהגדרות.',
  too_many_destinations: 'אפשר להוסיף עד 10 יעדים.',
  destination_off: 'היעד כבוי. יש להפעיל אותו לפני ששולחים אליו שוב.',
  delivery_body_removed: 'התוכן כבר אינו נשמר, ולכן אי אפשר לשלוח אותו שוב.',
  phone_invalid: 'מספר הטלפון אינו תקין.',
  subject_in_call: 'מתקיימת עכשיו שיחה עם המספר הזה. אפשר למחוק אחרי שתסתיים.',
  delivery_already_delivered: 'הנתונים כבר נשלחו בהצלחה.',
  settings_conflict: 'מישהו שמר בינתיים הגדרה שגם שינית. אפשר לבחור מה נשאר ולשמור שוב.',
  precondition_failed: 'ההגדרות השתנו מאז שנקראו. יש לקרוא אותן שוב.',
  prompt_changed: 'מישהו שמר בינתיים גרסה חדשה. היא מוצגת עכשיו; אפשר לבחור שוב.',
  prompt_version_not_found: 'הגרסה לא נמצאה.',
  speech_text_unfit: 'אין כאן מה להשמיע: הטקסט ריק, או ארוך מ־600 תווים.',
  speech_preview_failed: 'לא הצלחנו להכין את ההשמעה כרגע. אפשר לנסות שוב בעוד רגע.',
  unexpected: 'משהו השתבש אצלנו. אפשר לנסות שוב בעוד רגע.',
};

/** The Hebrew text for an error code; an unknown code gets the general one. */
export function errorText(code: string): string {
  return wordOf(TEXTS, code) ?? 'משהו השתבש אצלנו. אפשר לנסות שוב בעוד רגע.';
}

/** Why an attempt to deliver failed. */
const DELIVERY_TEXTS: Readonly<Record<string, string>> = {
  outgoing_timeout: 'השרת של היעד לא ענה בזמן.',
  outgoing_connection_failed: 'לא הצלחנו להתחבר לשרת של היעד.',
  outgoing_address_refused: 'הכתובת מובילה לרשת פנימית ולכן נחסמה.',
  erased: 'התוכן הוסר לבקשת האדם, ולכן לא נשלח.',
  redirect_refused: 'היעד הפנה לכתובת אחרת. יש לעדכן את הכתובת בהגדרות.',
  destination_off: 'היעד היה כבוי, ולכן לא נשלח דבר. אפשר לשלוח שוב אחרי שיופעל.',
  interrupted: 'הניסיון נקטע לפני שהתקבלה תשובה.',
  outgoing_url_invalid: 'כתובת היעד אינה תקינה.',
  'outgoing_connection_failed:ENOTFOUND': 'אין שרת בשם הזה. כדאי לבדוק את הכתובת בהגדרות.',
  secret_key_unknown: 'הכתובת או הסוד של היעד נשמרו במפתח שכבר אינו מוכר. יש להזין אותם מחדש בהגדרות.',
  secret_broken: 'הכתובת או הסוד של היעד אינם קריאים עוד. יש להזין אותם מחדש בהגדרות.',
};
/** What TLS says of a certificate that nobody vouches for, or that is another's or over. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/u;

/** The Hebrew reason of a failed attempt; `statusCode` is the HTTP status, or null when no answer came. */
export function deliveryReason(error: string | null, statusCode: number | null): string {
  if (error !== null) {
    if (error.startsWith('outgoing_connection_failed:') && CERTIFICATE.test(error)) {
      return 'האישור המאובטח (TLS) של היעד אינו תקין, ולכן לא נשלח אליו דבר.';
    }
    // Behind a colon stands what the system calls it.
    const text = wordOf(DELIVERY_TEXTS, error) ?? wordOf(DELIVERY_TEXTS, error.split(':', 1)[0] ?? '');
    if (text !== undefined) return text;
  }
  if (statusCode === null) return error === null ? '' : 'לא הצלחנו להגיע ליעד.';
  if (statusCode < 300) return 'היעד קיבל את הנתונים.';
  if (statusCode < 400) return 'היעד הפנה לכתובת אחרת. יש לעדכן את הכתובת בהגדרות.';
  if (statusCode === 401 || statusCode === 403) return 'היעד דחה את הבקשה מטעמי הרשאה.';
  if (statusCode === 404 || statusCode === 410) return 'הכתובת לא קיימת ביעד. כדאי לבדוק אותה בהגדרות.';
  if (statusCode === 429) return 'היעד ביקש להאט. ננסה שוב מאוחר יותר.';
  if (statusCode < 500) return 'היעד דחה את הנתונים.';
  return 'תקלה בשרת של היעד.';
}
