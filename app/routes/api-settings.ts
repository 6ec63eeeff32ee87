import { can } from '../../domain/users/index.ts';
import { readSettings, updateSettings } from '../../domain/settings/index.ts';
import { requireLeave } from '../api/access.server.ts';
import { endpoint } from '../api/endpoint.server.ts';
import { ifMatch, replyWithTag } from '../api/revision.server.ts';
import { readJsonObject } from '../body.server.ts';
import { renderSoon } from '../speech.server.ts';

const api = endpoint({
  GET: async ({ context, access }) => {
    requireLeave(access, 'settings.read');
    return replyWithTag(await readSettings(context.db, access.businessId, context.registry));
  },
  PUT: async ({ request, context, access }) => {
    requireLeave(access, 'settings.write');
    const patch = await readJsonObject(request);
    const allowLimits = can(access.role, 'limits.write');
    const settings = await updateSettings(context.db, access.businessId, patch, context.registry, {
      allowLimits,
      actor: access.actor,
      ...ifMatch(request),
    });
    await renderSoon(context, access.businessId);
    return replyWithTag(settings);
  },
});

export const loader = api.loader;
export const action = api.action;
