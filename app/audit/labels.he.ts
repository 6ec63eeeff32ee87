import type { SettingsRegistry } from '../../domain/settings/index.ts';

/** What each action of the audit log is called. A new action needs its words here; a test holds the two together. */
const ACTIONS: Readonly<Record<string, string>> = {
  'account.name_changed': 'שינה את שמו',
  'alert.resolved': 'סגר התראה',
  'business.created': 'יצר את העסק',
  'business.updated': 'שינה את פרטי העסק',
  'delivery.replayed': 'שלח שוב נתונים למערכת אחרת',
  'do_not_call.added': 'הוסיף מספר לרשימת אל־תתקשרו',
  'do_not_call.imported': 'ייבא מספרים לרשימת אל־תתקשרו',
  'do_not_call.removed': 'הסיר מספר מרשימת אל־תתקשרו',
  'privacy.erased': 'מחק את המידע על אדם',
  'privacy.erasure_started': 'התחיל למחוק את המידע על אדם',
  'privacy.exported': 'הוריד את המידע על אדם',
  'retention.purged': 'מידע שעבר זמנו נמחק',
  'settings.updated': 'שינה הגדרות',
};

/** What kind of record an action is about. */
const ENTITIES: Readonly<Record<string, string>> = {
  account: 'חשבון',
  alert: 'התראות',
  business: 'העסק',
  delivery: 'משלוחים',
  do_not_call: 'רשימת אל־תתקשרו',
  privacy: 'פרטיות',
  retention: 'שמירת מידע',
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
  email: 'דוא״ל',
  forgetsOptOut: 'כולל הבקשה שלא להתקשר',
  kind: 'סוג',
  known: 'היו כבר ברשימה',
  lastTwo: 'שתי הספרות האחרונות',
  maxOutboundCalls: 'מספר שיחות יוצאות מרבי',
  maxTotalCalls: 'מספר שיחות מרבי',
  name: 'שם',
  number: 'מספר',
  ownerEmail: 'דוא״ל בעל העסק',
  phone: 'טלפון',
  phoneHash: 'טביעת המספר',
  plugin: 'יעד',
  reason: 'סיבה',
  status: 'מצב',
  timeZone: 'אזור זמן',
  subject_erasures: 'מחיקות',
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
};

/** The actions that have words, for the test that holds them against the source. */
export const LABELLED_ACTIONS = Object.keys(ACTIONS);

/** The Hebrew name of an action; one that is newer than this page is shown by its own. */
export function actionLabel(action: string): string {
  return ACTIONS[action] ?? action;
}

/** The Hebrew name of an entity. */
export function entityLabel(entity: string): string {
  return ENTITIES[entity] ?? entity;
}

/** The Hebrew name of a field: of a setting as its card calls it, of others from the list above. */
export function fieldLabel(field: string, registry: Pick<SettingsRegistry, 'entries'>): string {
  return registry.entries.get(field)?.field.label ?? FIELDS[field] ?? field;
}

/** A value in words where it has any. */
export function valueLabel(value: string): string {
  return VALUES[value] ?? value;
}

/** Who does things that are no person. */
export const ACTOR_KIND_LABELS = {
  person: null,
  token: 'אסימון גישה',
  command: 'שורת הפקודה',
  system: 'המערכת',
  caller: 'הלקוח, בשיחה',
} as const satisfies Record<string, string | null>;
