import type { SettingsRegistry } from '../../domain/settings/index.ts';
import { eventLabel } from '../labels.he.ts';
import { wordOf } from '../word-of.ts';

/** What each action of the audit log is called. A new action needs its words here; a test holds the two together. */
const ACTIONS: Readonly<Record<string, string>> = {
  'account.password_changed': 'שינוי סיסמה',
  'account.password_reset': 'איפוס סיסמה',
  'account.recovery_code_used': 'כניסה בקוד שחזור',
  'account.recovery_codes_renewed': 'חידוש קודי השחזור',
  'account.second_factor_off': 'כיבוי האימות הדו־שלבי',
  'account.second_factor_on': 'הפעלת האימות הדו־שלבי',
  'account.session_ended': 'ניתוק חיבור',
  'account.signed_out_everywhere': 'ניתוק מכל המכשירים',
  'account.system_admin_made': 'מינוי מנהל מערכת',
  'account.updated': 'שינוי פרטי החשבון',
  'alert.resolved': 'סגירת התראה',
  'api_token.created': 'יצירת אסימון גישה',
  'api_token.revoked': 'ביטול אסימון גישה',
  'business.acting_began': 'תחילת פעולה בשם העסק',
  'business.acting_ended': 'סיום פעולה בשם העסק',
  'business.created': 'יצירת העסק',
  'business.flags_changed': 'שינוי היכולות הפתוחות לעסק',
  'business.origins_changed': 'שינוי האתרים המורשים ב־API',
  'business.resumed': 'הפעלת העסק מחדש',
  'business.second_factor_rule_changed': 'שינוי חובת האימות הדו־שלבי',
  'business.suspended': 'השעיית העסק',
  'business.updated': 'שינוי פרטי העסק',
  'delivery.replayed': 'שליחה חוזרת למערכת אחרת',
  'delivery.replayed_all': 'שליחה חוזרת של כל מה שנכשל',
  'destination.added': 'הוספת יעד',
  'destination.changed': 'שינוי יעד',
  'destination.overlap_ended': 'ביטול הסוד הקודם של יעד',
  'destination.removed': 'הסרת יעד',
  'destination.secret_rotated': 'החלפת הסוד של יעד',
  'destination.tested': 'בדיקת יעד',
  'destination.turned_off': 'כיבוי יעד',
  'destination.turned_on': 'הפעלת יעד',
  'do_not_call.added': 'הוספת מספר לרשימת «לא להתקשר»',
  'do_not_call.imported': 'ייבוא לרשימת «לא להתקשר»',
  'do_not_call.removed': 'הסרת מספר מרשימת «לא להתקשר»',
  'integration.tested': 'בדיקת חיבור למערכת אחרת',
  'invitation.created': 'הזמנת משתמש',
  'invitation.revoked': 'ביטול הזמנה',
  'lead.filled': 'השלמת פרטי ליד מתוך שיחה',
  'member.joined': 'הצטרפות לעסק',
  'member.removed': 'הסרת משתמש',
  'member.reset_link_created': 'יצירת קישור לאיפוס סיסמה',
  'member.role_changed': 'שינוי תפקיד',
  'number.added': 'הוספת מספר טלפון',
  'number.labelled': 'שינוי שם של מספר טלפון',
  'number.removed': 'הסרת מספר טלפון',
  'privacy.erased': 'מחיקת המידע על אדם',
  'privacy.erasure_started': 'תחילת מחיקה של המידע על אדם',
  'privacy.exported': 'הורדת המידע על אדם',
  'retention.purged': 'מחיקת מידע שעבר זמנו',
  'secret.cleared': 'מחיקת סוד',
  'secret.replaced': 'החלפת סוד',
  'secret.rotated': 'הצפנת סוד במפתח חדש',
  'secret.set': 'הגדרת סוד',
  'settings.updated': 'שינוי הגדרות',
};

/** What kind of record an action is about. */
const ENTITIES: Readonly<Record<string, string>> = {
  account: 'חשבון',
  alert: 'התראות',
  api_token: 'אסימוני גישה',
  business: 'העסק',
  delivery: 'משלוחים',
  destination: 'יעדים',
  do_not_call: 'רשימת אל־תתקשרו',
  integration: 'חיבורים',
  invitation: 'הזמנות',
  lead: 'לידים',
  member: 'משתמשים',
  number: 'מספרי טלפון',
  privacy: 'פרטיות',
  retention: 'שמירת מידע',
  secret: 'סודות',
  settings: 'הגדרות',
};

/** Fields of records other than settings, whose labels come from the settings themselves. */
const FIELDS: Readonly<Record<string, string>> = {
  added: 'נוספו',
  address: 'כתובת',
  callSid: 'מזהה שיחה',
  complete: 'הושלם',
  contactEmail: 'דוא״ל ליצירת קשר',
  contactPhone: 'טלפון ליצירת קשר',
  counts: 'כמה',
  deliveryId: 'משלוח',
  email: 'דוא״ל',
  events: 'אירועים',
  expires_at: 'בתוקף עד',
  fields: 'פרטים',
  forgetsOptOut: 'כולל הבקשה שלא להתקשר',
  host: 'שרת',
  insights: 'סיכום וניתוח',
  key_id: 'מפתח',
  kind: 'סוג',
  label: 'כינוי',
  last_four: 'ארבעת התווים האחרונים',
  known: 'היו כבר ברשימה',
  lastTwo: 'שתי הספרות האחרונות',
  maxOutboundCalls: 'מספר שיחות יוצאות מרבי',
  maxTotalCalls: 'מספר שיחות מרבי',
  name: 'שם',
  number: 'מספר',
  origins: 'אתרים מורשים',
  ownerEmail: 'דוא״ל בעל העסק',
  phone: 'טלפון',
  phoneHash: 'טביעת המספר',
  plugin: 'יעד',
  reason: 'סיבה',
  recordings: 'הקלטות',
  role: 'תפקיד',
  rotated: 'הוצפנו מחדש',
  scopes: 'הרשאות',
  status: 'מצב',
  timeZone: 'אזור זמן',
  webhooks: 'יעדי שליחה',
};

/** Words for values that are written down as a name. */
const VALUES: Readonly<Record<string, string>> = {
  spoken: 'נאמר בשיחה',
  page: 'נוסף ידנית',
  import: 'ייבוא',
  pending: 'בדרך',
  delivered: 'נשלח',
  failed: 'נכשל',
  owner: 'בעל העסק',
  admin: 'מנהל',
  agent: 'נציג',
  off: 'כבוי',
  on: 'פעיל',
  gone: 'היעד כבר לא קיים',
  failing: 'נכשל שוב ושוב',
};

/** The actions that have words, for the test that holds them against the source. */
export const LABELLED_ACTIONS = Object.keys(ACTIONS);

/** The Hebrew name of an action; one that is newer than this page is shown by its own. */
export function actionLabel(action: string): string {
  return wordOf(ACTIONS, action) ?? action;
}

/** The Hebrew name of an entity. */
export function entityLabel(entity: string): string {
  return wordOf(ENTITIES, entity) ?? entity;
}

/** The Hebrew name of a field: of a setting as its card calls it, of others from the list above. */
export function fieldLabel(field: string, registry: Pick<SettingsRegistry, 'entries'>): string {
  return registry.entries.get(field)?.field.label ?? wordOf(FIELDS, field) ?? field;
}

/** A value in words where it has any. */
export function valueLabel(value: string): string {
  return wordOf(VALUES, value) ?? eventLabel(value);
}

/** Who does things that are no person. */
export const ACTOR_KIND_LABELS = {
  person: null,
  token: 'אסימון גישה',
  command: 'שורת הפקודה',
  system: 'המערכת',
  caller: 'הלקוח, בשיחה',
} as const satisfies Record<string, string | null>;
