import { readSettings, updateSettings } from '../../domain/settings/index.ts';
import { readSettingsOfBusiness, writeSettings } from '../api/catalog/business.ts';
import { endpoint, handle } from '../api/endpoint.server.ts';
import { ifMatch, replyWithTag } from '../api/revision.server.ts';
import { renderSoon } from '../speech.server.ts';

const api = endpoint(
  handle(readSettingsOfBusiness, async ({ context, access }) =>
    replyWithTag(await readSettings(context.db, access.businessId, context.registry)),
  ),
  handle(writeSettings, async ({ request, body, context, access }) => {
    const settings = await updateSettings(context.db, access.businessId, body, context.registry, {
      role: access.role,
      actor: access.actor,
      ...ifMatch(request),
    });
    await renderSoon(context, access.businessId);
    return replyWithTag(settings);
  }),
);

export const loader = api.loader;
export const action = api.action;
