import { z } from 'zod';
import type { SettingsSource } from '../settings/types.ts';
import { RETENTION_TERMS, retentionSetting, type RetentionTerm } from './terms.ts';

/** Ten years: whoever wants more wants it for ever. */
const MOST_DAYS = 3_650;

const days = ({ defaultDays }: RetentionTerm) => z.int().min(1).max(MOST_DAYS).nullable().default(defaultDays);

/** The card of the settings on which a business says how long it keeps what. */
export const RETENTION_SETTINGS: SettingsSource = {
  name: 'retention',
  card: {
    tab: 'security',
    title: 'כמה זמן נשמר המידע',
    help: 'מה שעבר זמנו נמחק אחת ליום, ואי אפשר לשחזר אותו. שדה ריק: נשמר ללא הגבלת זמן.',
  },
  changedBy: 'retention.write',
  settings: z.object(Object.fromEntries(RETENTION_TERMS.map((term) => [retentionSetting(term.kind), days(term)]))),
  fields: Object.fromEntries(
    RETENTION_TERMS.map(({ kind, label, help, defaultDays }) => [
      retentionSetting(kind),
      {
        control: 'number',
        label,
        help: `${help} ${defaultDays === null ? 'ברירת המחדל: ללא הגבלה.' : `ברירת המחדל: ${defaultDays} ימים.`}`,
        min: 1,
        max: MOST_DAYS,
        unit: 'ימים',
      },
    ]),
  ),
};
