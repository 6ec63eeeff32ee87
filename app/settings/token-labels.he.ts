import type { TokenScope } from '../../domain/users/token-scopes.ts';

/** What each scope lets a token do. */
export const SCOPE_LABELS: Readonly<Record<TokenScope, string>> = {
  'business:read': 'קריאת פרטי העסק',
  'settings:read': 'קריאת הגדרות',
  'settings:write': 'שינוי הגדרות',
  'prompt:read': 'קריאת ההנחיות',
  'prompt:write': 'שינוי ההנחיות',
  'calls:read': 'קריאת שיחות ותמלולים',
  'leads:read': 'קריאת לידים',
  'leads:write': 'שינוי לידים',
  'deliveries:read': 'קריאת משלוחים',
  'deliveries:write': 'שליחה חוזרת',
  'numbers:read': 'קריאת המספרים',
  'do_not_call:read': 'קריאת רשימת אין להתקשר',
  'do_not_call:write': 'שינוי רשימת אין להתקשר',
  'events:read': 'עדכונים בזמן אמת',
};

/** How long a new token may hold: value of the form → label. */
export const TOKEN_LIVES = [
  { value: '30', label: '30 ימים' },
  { value: '90', label: '90 ימים' },
  { value: '365', label: 'שנה' },
  { value: '', label: 'ללא הגבלה' },
] as const;
