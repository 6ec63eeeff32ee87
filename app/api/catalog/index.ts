import * as about from './about.ts';
import * as business from './business.ts';
import * as calls from './calls.ts';
import type { Declaration } from './declaration.ts';

export { API_GROUPS, declare, type ApiGroup, type ApiMethod, type Declaration } from './declaration.ts';
export { WEBHOOKS, type WebhookDeclaration } from './webhooks.ts';

/** Every endpoint of the JSON API, in the order of its documentation. A route without a place here fails the tests. */
export const ENDPOINTS: readonly Declaration[] = [
  business.readBusiness,
  business.readSettingsOfBusiness,
  business.writeSettings,
  business.readPrompts,
  business.writePrompts,
  calls.listCalls,
  calls.readCall,
  about.followEvents,
  about.readDocument,
];
