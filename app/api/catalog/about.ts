import { z } from 'zod';
import { declare } from './declaration.ts';

export const readDocument = declare({
  method: 'GET',
  path: '/api/openapi.json',
  group: 'about',
  name: 'readDocument',
  summary: 'התיעוד הזה, כמסמך OpenAPI 3.1',
  action: null,
  answer: z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
});

export const followEvents = declare({
  method: 'GET',
  path: '/api/events',
  group: 'events',
  name: 'followEvents',
  summary: 'מה השתנה, ברגע שהשתנה',
  description:
    'זרם server-sent events: בכל אירוע רק המזהה של מה שהשתנה, ואת התוכן קוראים בכתובת שלו. HEAD עונה אם אפשר להתחבר.',
  action: 'events.read',
  answer: z.string(),
  mediaType: 'text/event-stream',
  errors: ['too_many_streams'],
});
