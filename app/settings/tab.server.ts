import { data, redirect, type AppLoadContext } from '@remix-run/node';
import type { Actor } from '../../domain/audit/index.ts';
import { getBusiness, updateBusiness, type BusinessFacts } from '../../domain/businesses/index.ts';
import { checkPatch } from '../../domain/settings/check.ts';
import { CORE_SETTINGS } from '../../domain/settings/core.ts';
import { readSettings, updateSettings, type SettingsCard, type SettingsRegistry } from '../../domain/settings/index.ts';
import { can } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import type { SettingsTab } from '../../voice/plugin.ts';
import { fieldsOf } from '../api/reply.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';
import { readBusinessForm, toFormFields, type BusinessForm } from './business-form.server.ts';
import { readPosted, showCard } from './form.server.ts';
import { renderSoon } from '../speech.server.ts';
import { announceSaved, takeSaved } from './saved.server.ts';

const CORE_NAMES = new Set(CORE_SETTINGS.map((source) => source.name));

/** The cards of a tab: on the tab about the agent its own settings come first, on the other the plugins'. */
function cardsOf(registry: SettingsRegistry, tab: SettingsTab): SettingsCard[] {
  const cards = registry.cards.filter((card) => card.tab === tab);
  const core = cards.filter((card) => CORE_NAMES.has(card.name));
  const plugins = cards.filter((card) => !CORE_NAMES.has(card.name));
  return tab === 'ai' ? [...core, ...plugins] : [...plugins, ...core];
}

async function requireBusiness(context: AppLoadContext, businessId: string): Promise<BusinessFacts> {
  const business = await getBusiness(context.db, businessId);
  if (business === null) throw pageError('business_not_found', 404);
  return business;
}

/** What a tab of the settings shows. Owners and admins only. */
export async function loadTab(request: Request, context: AppLoadContext, tab: SettingsTab) {
  const { businessId, role } = await requirePerson(request, context, 'settings.read');
  const [settings, business, { savedAt, forget }] = await Promise.all([
    readSettings(context.db, businessId, context.registry),
    requireBusiness(context, businessId),
    takeSaved(request, context.config.secureCookies),
  ]);
  const allowLimits = can(role, 'limits.write');
  const { name, contactPhone, contactEmail, address, timeZone, numbers } = business;
  return data(
    {
      cards: cardsOf(context.registry, tab).map((card) => showCard(card, settings, allowLimits)),
      business: { name, contactPhone, contactEmail, address, timeZone, numbers },
      savedAt,
    },
    forget === null ? {} : { headers: { 'Set-Cookie': forget } },
  );
}

/** Saves a tab as a whole, or nothing of it: answers with what is wrong and what was typed. */
export async function saveTab(request: Request, context: AppLoadContext, tab: SettingsTab) {
  const { businessId, role, actor } = await requirePerson(request, context, 'settings.write');
  const form = await receiveForm(request, context);
  const posted = readPosted(form, cardsOf(context.registry, tab));
  const details = tab === 'business' ? readBusinessForm(form) : null;

  const current = await readSettings(context.db, businessId, context.registry);
  const allowLimits = can(role, 'limits.write');
  const checked = checkPatch(posted.patch, context.registry, { allowLimits, current });
  const errors = { ...details?.errors, ...(checked.ok ? {} : checked.fields) };
  const refuse = (fields: Readonly<Record<string, string>>) =>
    data({ fields, typed: { ...details?.typed, ...posted.typed }, at: Date.now() }, { status: 422 });
  if (Object.keys(errors).length > 0) return refuse(errors);

  try {
    if (details !== null) await saveDetails(context, businessId, details, actor);
    await updateSettings(context.db, businessId, posted.patch, context.registry, { allowLimits, actor });
    await renderSoon(context, businessId);
  } catch (error) {
    // Both were checked above; what is left is a rule that only the writer knows.
    const fields = isAppError(error) ? fieldsOf(error.details) : undefined;
    if (fields === undefined) throw error;
    return refuse(toFormFields(fields));
  }
  const saved = await announceSaved(context.config.secureCookies, Date.now());
  return redirect(`/settings/${tab}`, { headers: { 'Set-Cookie': saved } });
}

async function saveDetails(
  context: AppLoadContext,
  businessId: string,
  details: BusinessForm,
  actor: Actor,
): Promise<void> {
  if (Object.keys(details.patch).length > 0) await updateBusiness(context.db, businessId, details.patch, actor);
}
