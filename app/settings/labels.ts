import type { ShownCard } from './form.server.ts';

/** The fields of the business's own card, in their order. */
export const BUSINESS_FIELDS = ['business_name', 'contact_phone', 'contact_email', 'address', 'time_zone'] as const;
export type BusinessField = (typeof BUSINESS_FIELDS)[number];

export const BUSINESS_LABELS: Readonly<Record<BusinessField, string>> = {
  business_name: 'שם העסק',
  contact_phone: 'טלפון ליצירת קשר',
  contact_email: 'דוא״ל ליצירת קשר',
  address: 'כתובת',
  time_zone: 'אזור זמן',
};

/** Setting name → its label, of all cards. */
export function labelsOf(cards: readonly ShownCard[]): Record<string, string> {
  return Object.fromEntries(
    cards.flatMap((card) => [
      ...card.fields.map(({ key, field }) => [key, field.label] as const),
      ...card.secrets.map(({ key, label }) => [key, label] as const),
    ]),
  );
}
