import { aFinishedCall } from '../estate.ts';
import { type Entry, open, own, record } from '../entry.ts';

/** Every endpoint of the JSON API, in the order of `app/routes.ts`. Each is asked by session and by token. */
export const API: readonly Entry[] = [
  own('GET /api/business/current', { ask: () => ({ path: '/api/business/current' }) }),
  own('GET /api/business/current/settings', {
    ask: () => ({ path: '/api/business/current/settings' }),
    action: 'settings.read',
  }),
  own('PUT /api/business/current/settings', {
    make: async () => ({ name: `נועה ${Math.random()}` }),
    ask: ({ name = '' }) => ({ path: '/api/business/current/settings', json: { agent_name: name } }),
    action: 'settings.write',
    changes: ['business_settings'],
  }),
  own('GET /api/business/current/prompt', {
    ask: () => ({ path: '/api/business/current/prompt' }),
    action: 'prompt.read',
  }),
  own('PUT /api/business/current/prompt', {
    make: async () => ({ prompt: `דבר בקצרה ${Math.random()}` }),
    ask: ({ prompt = '' }) => ({ path: '/api/business/current/prompt', json: { prompt } }),
    action: 'prompt.write',
    changes: ['business_settings'],
  }),
  own('GET /api/calls', { ask: () => ({ path: '/api/calls?limit=100' }), action: 'calls.read' }),
  record('GET /api/calls/:callSid', {
    make: aFinishedCall,
    ask: ({ callSid = '' }) => ({ path: `/api/calls/${callSid}` }),
    action: 'calls.read',
  }),
  open('GET /api/openapi.json', 'is the documentation of the API, the same for all'),
  open('GET /api/*', 'there is nothing', { path: '/api/no-such-endpoint' }),
  open('POST /api/*', 'there is nothing', { path: '/api/no-such-endpoint', json: {} }),
];
