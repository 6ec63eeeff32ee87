import { z } from 'zod';
import { isTimeZone, type BusinessFacts, type BusinessPatch } from '../../domain/businesses/index.ts';
import { fingerprint } from '../../domain/settings/index.ts';
import { isDialable, normalisePhone } from '../../domain/phone/index.ts';
import { formText } from '../body.server.ts';
import { BUSINESS_FIELDS, type BusinessField } from './labels.ts';

/** The business's details in a posted form. */
export interface BusinessForm {
  /** For the domain; a field that the form did not show is left out. */
  readonly patch: BusinessPatch;
  readonly typed: Readonly<Record<string, string>>;
  /** Field name → Hebrew message. */
  readonly errors: Readonly<Record<string, string>>;
}

const KEYS = {
  business_name: 'name',
  contact_phone: 'contactPhone',
  contact_email: 'contactEmail',
  address: 'address',
  time_zone: 'timeZone',
} as const satisfies Record<BusinessField, keyof BusinessPatch>;

/** What is wrong with a field, or null. The domain has the last word; this tells all mistakes of a form at once. */
function mistake(field: BusinessField, value: string): string | null {
  switch (field) {
    case 'business_name':
      if (value === '') return 'שם העסק הוא שדה חובה';
      return value.length > 120 ? 'לכל היותר 120 תווים' : null;
    case 'contact_phone':
      return value === '' || isDialable(normalisePhone(value)) ? null : 'מספר הטלפון אינו תקין';
    case 'contact_email':
      return value === '' || z.email().safeParse(value).success ? null : 'כתובת הדוא״ל אינה תקינה';
    case 'address':
      return value.length > 200 ? 'לכל היותר 200 תווים' : null;
    case 'time_zone':
      return isTimeZone(value) ? null : 'יש לבחור אזור זמן מהרשימה';
  }
}

/** Reads the business's details from a posted form. */
export function readBusinessForm(form: FormData): BusinessForm {
  const patch: Partial<Record<keyof BusinessPatch, string>> = {};
  const typed: Record<string, string> = {};
  const errors: Record<string, string> = {};
  for (const field of BUSINESS_FIELDS) {
    if (!form.has(field)) continue;
    typed[field] = formText(form, field);
    const value = typed[field].trim();
    patch[KEYS[field]] = value;
    const wrong = mistake(field, value);
    if (wrong !== null) errors[field] = wrong;
  }
  return { patch, typed, errors };
}

const FORM_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(KEYS).map(([field, key]) => [key, field]),
);

/** The domain's name of a field in the terms of the form. */
export const toFormName = (key: string): string => FORM_NAMES[key] ?? key;

/** Values by the domain's names, in the terms of the form. */
export function toFormFields<Value>(fields: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [toFormName(key), value]));
}

/** Values by the form's names, in the terms of the domain; what is none of the business's is left out. */
export function toDomainFields<Value>(fields: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(KEYS).flatMap(([field, key]) => (fields[field] === undefined ? [] : [[key, fields[field]]])),
  );
}

/** Names what stands in the business's own card: form name → fingerprint. */
export function businessSeen(business: BusinessFacts): Record<string, string> {
  return Object.fromEntries(Object.entries(KEYS).map(([field, key]) => [field, fingerprint(business[key])]));
}
