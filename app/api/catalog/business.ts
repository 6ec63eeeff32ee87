import { z } from 'zod';
import { PROMPT_KEYS } from '../../../domain/prompts/index.ts';
import type { SettingsRegistry } from '../../../domain/settings/index.ts';
import { ROLES } from '../../../domain/users/permissions.ts';
import { declare } from './declaration.ts';
import { id } from './shapes.ts';

export const readBusiness = declare({
  method: 'GET',
  path: '/api/business/current',
  group: 'business',
  name: 'readBusiness',
  summary: 'פרטי העסק',
  action: 'business.read',
  answer: z
    .object({
      id,
      name: z.string(),
      contact_phone: z.string().nullable(),
      contact_email: z.string().nullable(),
      address: z.string().nullable(),
      time_zone: z.string().describe('אזור זמן, לפי IANA'),
      numbers: z.array(z.string()).describe('המספרים שהלקוחות מחייגים, E.164 או קוד מקוצר'),
      role: z.enum(ROLES).describe('התפקיד שבו פועלת הקריאה'),
    })
    .meta({ id: 'Business' }),
  errors: ['business_not_found'],
});

/** The settings as the plugins of the day make them; checked where they are written (domain/settings). */
const settingsOf = (registry: SettingsRegistry) =>
  z
    .object(
      Object.fromEntries(
        [...registry.entries.values()].map(({ key, schema, field }) => [key, schema.describe(field.label)]),
      ),
    )
    .meta({ id: 'Settings' });
const settings = z.record(z.string(), z.unknown());

export const readSettingsOfBusiness = declare({
  method: 'GET',
  path: '/api/business/current/settings',
  group: 'business',
  name: 'readSettings',
  summary: 'כל ההגדרות',
  action: 'settings.read',
  answer: settings,
  answerOf: settingsOf,
});

export const writeSettings = declare({
  method: 'PUT',
  path: '/api/business/current/settings',
  group: 'business',
  name: 'writeSettings',
  summary: 'שינוי הגדרות',
  description: 'משתנה רק מה שנשלח. אם משהו אינו תקין לא נשמר דבר. את המכסות משנה רק מנהל מערכת.',
  action: 'settings.write',
  body: settings,
  bodyOf: (registry) => settingsOf(registry).partial().meta({ id: 'SettingsPatch' }),
  answer: settings,
  answerOf: settingsOf,
});

const promptsOf = (registry: SettingsRegistry) =>
  z
    .strictObject(
      Object.fromEntries(
        [...registry.entries.values()]
          .filter(({ key }) => PROMPT_KEYS.includes(key))
          .map(({ key, schema, field }) => [key, schema.describe(field.label)]),
      ),
    )
    .meta({ id: 'Prompts' });

export const readPrompts = declare({
  method: 'GET',
  path: '/api/business/current/prompt',
  group: 'business',
  name: 'readPrompts',
  summary: 'ההנחיות לסוכן, לכל ערוץ',
  action: 'prompt.read',
  answer: settings,
  answerOf: promptsOf,
});

export const writePrompts = declare({
  method: 'PUT',
  path: '/api/business/current/prompt',
  group: 'business',
  name: 'writePrompts',
  summary: 'שינוי ההנחיות לסוכן',
  description: 'משתנה רק מה שנשלח.',
  action: 'prompt.write',
  body: settings,
  bodyOf: (registry) => promptsOf(registry).partial().meta({ id: 'PromptsPatch' }),
  answer: settings,
  answerOf: promptsOf,
});
