import { PROMPT_KEYS } from '../../domain/prompts/index.ts';
import { readSettings, updateSettings, type Settings } from '../../domain/settings/index.ts';
import { AppError } from '../../platform/errors.ts';
import { readPrompts, writePrompts } from '../api/catalog/business.ts';
import { endpoint, handle } from '../api/endpoint.server.ts';
import { ifMatch, replyWithTag } from '../api/revision.server.ts';
import { renderSoon } from '../speech.server.ts';

const promptsOf = (settings: Settings) => Object.fromEntries(PROMPT_KEYS.map((key) => [key, settings[key]]));

const api = endpoint(
  handle(readPrompts, async ({ context, access }) =>
    replyWithTag(promptsOf(await readSettings(context.db, access.businessId, context.registry))),
  ),
  handle(writePrompts, async ({ request, body, context, access }) => {
    const strangers = Object.keys(body).filter((key) => !PROMPT_KEYS.includes(key));
    if (strangers.length > 0) {
      const fields = Object.fromEntries(strangers.map((key) => [key, 'שדה לא מוכר']));
      throw new AppError('unknown_field', { permanent: true, details: { fields } });
    }
    const settings = await updateSettings(context.db, access.businessId, body, context.registry, {
      actor: access.actor,
      ...ifMatch(request, promptsOf),
    });
    await renderSoon(context, access.businessId);
    return replyWithTag(promptsOf(settings));
  }),
);

export const loader = api.loader;
export const action = api.action;
