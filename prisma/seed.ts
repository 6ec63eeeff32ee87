import { commandActor } from '../domain/audit/index.ts';
import { createBusiness, updateBusiness } from '../domain/businesses/index.ts';
import { settingsRegistry, updateSettings } from '../domain/settings/index.ts';
import type { Database } from '../platform/db/index.ts';
import { plugins } from '../plugins/index.ts';

/** The demo business: what a developer, the demo and the pages' tests find when they sign in. Its password is public. */
export const DEMO = {
  name: 'מרפאת השיניים של ד״ר לוי',
  number: '+97233724567',
  ownerEmail: 'owner@demo.prosaas.test',
  ownerPassword: 'demo-prosaas-2026',
} as const;

const CONTACT = {
  contactPhone: '+97233724567',
  contactEmail: 'office@demo.prosaas.test',
  address: 'רחוב ויצמן 12, תל אביב',
};

/** The demo business's settings; the demo call starts from them every time. */
export const DEMO_SETTINGS = {
  agent_name: 'נועם',
  bot_speaks_first: true,
  greeting_message: 'שלום, הגעתם למרפאת השיניים של ד״ר לוי. מדבר נועם, איך אפשר לעזור?',
  call_notice_enabled: false,
  auto_end_after_lead_capture: false,
  auto_end_on_goodbye: true,
  required_lead_fields: ['name', 'phone', 'topic'],
  prompt: [
    'אתה נועם, נציג השירות הטלפוני של מרפאת השיניים של ד״ר לוי בתל אביב.',
    'דבר עברית טבעית, קצרה ונעימה, ושאל שאלה אחת בכל פעם.',
    'המטרה: להבין מה הלקוח צריך, לקבל שם מלא, מספר טלפון ונושא הפנייה, ולאשר כל פרט.',
    'שעות הפתיחה: ראשון עד חמישי 08:00–19:00, שישי 08:00–13:00, שבת סגור.',
    'טיפולים: בדיקה וניקוי, סתימות, טיפולי שורש, הלבנה, שתלים ועזרה ראשונה.',
    'מחירים ואבחנות נמסרים רק על ידי הרופא. מה שאינך יודע, אל תמציא: הצע שיחזרו ללקוח.',
    'במקרה של כאב חזק, נפיחות או דימום, ציין שהפנייה דחופה ושיחזרו בהקדם.',
  ].join('\n'),
  outbound_calls_prompt: [
    'אתה נועם ממרפאת השיניים של ד״ר לוי, ומתקשר ללקוח שהשאיר פרטים.',
    'הצג את עצמך, ודא שנוח לדבר, והצע לתאם בדיקה. אם הלקוח אינו מעוניין, הודה לו וסיים בנימוס.',
  ].join('\n'),
};

/** Makes the demo business, once: what was changed in it since stays as it is. */
export async function seedDemo(
  db: Database,
  appSecret?: string,
): Promise<typeof DEMO & { businessId: string; created: boolean }> {
  const { businessId, created } = await createBusiness(db, { ...DEMO, appSecret }, commandActor('db:seed'));
  if (created) {
    await updateBusiness(db, businessId, CONTACT, commandActor('db:seed'));
    await updateSettings(db, businessId, DEMO_SETTINGS, settingsRegistry(plugins), { actor: commandActor('db:seed') });
  }
  return { ...DEMO, businessId, created };
}
