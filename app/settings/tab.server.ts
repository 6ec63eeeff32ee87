import { data, redirect, type AppLoadContext } from '@remix-run/node';
import type { Actor } from '../../domain/audit/index.ts';
import {
  changeBusiness,
  flagsOf,
  getBusiness,
  readAdministration,
  type BusinessFacts,
} from '../../domain/businesses/index.ts';
import { listSecrets } from '../../domain/secrets/index.ts';
import { checkPatch } from '../../domain/settings/check.ts';
import { CORE_SETTINGS } from '../../domain/settings/core.ts';
import {
  changeSettings,
  fingerprints,
  readSettings,
  SettingsConflict,
  type Conflict,
  type Seen,
  type SettingsCard,
  type SettingsRegistry,
} from '../../domain/settings/index.ts';
import type { Role } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import type { SettingsTab } from '../../voice/plugin.ts';
import { fieldsOf } from '../api/reply.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';
import { formText } from '../body.server.ts';
import type { ShownConflict } from '../components/conflict-notice.tsx';
import type { FieldValue } from '../components/generated-field.tsx';
import type { TestAnswer } from '../components/send-test.tsx';
import { businessSeen, readBusinessForm, toDomainFields, toFormFields } from './business-form.server.ts';
import { draftKey } from './draft.ts';
import { readPosted, showCard } from './form.server.ts';
import { readSecrets, saveSecrets, type PostedSecret } from './secrets-form.server.ts';
import { renderSoon } from '../speech.server.ts';
import { readChoices, readSeen, showConflicts } from './race.server.ts';
import { announceSaved, takeSaved } from './saved.server.ts';
import { sendTest } from './send-test.server.ts';
import { timeZoneOptions } from './time-zones.server.ts';

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
  const [settings, business, administration, secrets, { savedAt, forget }] = await Promise.all([
    readSettings(context.db, businessId, context.registry),
    requireBusiness(context, businessId),
    readAdministration(context.db, businessId),
    context.db.withBusiness(businessId, (tx) => listSecrets(tx, businessId)),
    takeSaved(request, context.config.secureCookies),
  ]);
  const { name, contactPhone, contactEmail, address, timeZone, numbers } = business;
  const cards = cardsOf(context.registry, tab);
  const keys = cards.flatMap((card) => card.entries.map(({ key }) => key));
  return data(
    {
      cards: cards.map((card) =>
        showCard(card, settings, { role, flags: flagsOf(administration?.flags), timeZone, secrets, now: new Date() }),
      ),
      business: { name, contactPhone, contactEmail, address, timeZone, numbers },
      timeZones: tab === 'business' ? timeZoneOptions() : [],
      draftKey: draftKey(businessId, tab),
      seen: JSON.stringify({ ...(tab === 'business' ? businessSeen(business) : {}), ...fingerprints(settings, keys) }),
      savedAt,
    },
    forget === null ? {} : { headers: { 'Set-Cookie': forget } },
  );
}

/** The answer to a form that was not saved, or not meant to be: what was typed stands in it again. */
export interface TabAnswer {
  /** Ms; tells one answer from the next. */
  readonly at: number;
  readonly typed: Readonly<Record<string, FieldValue>>;
  /** What the sender had seen, to be sent again. */
  readonly seen: string;
  /** Field name → Hebrew message. */
  readonly fields: Readonly<Record<string, string>>;
  readonly conflicts: readonly ShownConflict[];
  readonly test: TestAnswer | null;
}

/** Saves a tab as a whole, or nothing of it: answers with what is wrong and what was typed. */
export async function saveTab(request: Request, context: AppLoadContext, tab: SettingsTab) {
  const { businessId, role, actor } = await requirePerson(request, context, 'settings.write');
  const form = await receiveForm(request, context);
  const cards = cardsOf(context.registry, tab);
  const posted = readPosted(form, cards);
  const details = tab === 'business' ? readBusinessForm(form) : null;
  const { secrets, errors: secretErrors } = readSecrets(form, cards, role);
  const { text: seenText, seen } = readSeen(form);
  const answer = (part: Partial<TabAnswer>, status: number) => {
    const typed = { ...details?.typed, ...posted.typed };
    const whole: TabAnswer = { at: Date.now(), typed, seen: seenText, fields: {}, conflicts: [], test: null, ...part };
    return data(whole, { status });
  };

  const current = await readSettings(context.db, businessId, context.registry);
  const checked = checkPatch(posted.patch, context.registry, { role, current });
  const errors = { ...details?.errors, ...secretErrors, ...(checked.ok ? {} : checked.fields) };
  if (Object.keys(errors).length > 0 || !checked.ok) return answer({ fields: errors }, 422);

  const tested = cards.find((card) => card.name === formText(form, '_test') && card.testExport !== undefined);
  if (tested !== undefined) {
    const business = await requireBusiness(context, businessId);
    const tried = { settings: { ...current, ...checked.values }, secrets };
    return answer({ test: await sendTest(context, business, tested, tried, actor) }, 200);
  }

  const choices = readChoices(form);
  const keep = <Value>(values: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => !choices.letGo.has(key)));
  try {
    await saveTogether(context, businessId, {
      details: details === null ? null : keep(toFormFields(details.patch)),
      patch: keep(posted.patch),
      seen: { ...seen, ...choices.seen },
      secrets,
      role,
      actor,
    });
  } catch (error) {
    if (error instanceof SettingsConflict) {
      const typed = { ...details?.typed, ...checked.values };
      return answer({ conflicts: showConflicts(error.conflicts, typed, context.registry) }, 409);
    }
    // Both were checked above; what is left is a rule that only the writer knows.
    const fields = isAppError(error) ? fieldsOf(error.details) : undefined;
    if (fields === undefined) throw error;
    return answer({ fields: toFormFields(fields) }, 422);
  }
  await renderSoon(context, businessId);
  const saved = await announceSaved(context.config.secureCookies, Date.now());
  return redirect(`/settings/${tab}`, { headers: { 'Set-Cookie': saved } });
}

interface TabChange {
  /** By the form's names. */
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly patch: Readonly<Record<string, unknown>>;
  /** By the form's names. */
  readonly seen: Seen;
  readonly secrets: readonly PostedSecret[];
  readonly role: Role;
  readonly actor: Actor;
}

/** All of a tab in one transaction. Every lost race of either is told at once. */
async function saveTogether(context: AppLoadContext, businessId: string, change: TabChange): Promise<void> {
  const { details, patch, seen, secrets, role, actor } = change;
  await context.db.withBusiness(businessId, async (tx) => {
    const conflicts: Conflict[] = [];
    const gather = (error: unknown) => {
      if (!(error instanceof SettingsConflict)) throw error;
      conflicts.push(...error.conflicts);
    };
    if (details !== null && Object.keys(details).length > 0) {
      const own = { actor, seen: toDomainFields(seen) };
      await changeBusiness(tx, businessId, toDomainFields(details), own).catch(gather);
    }
    await changeSettings(tx, businessId, patch, context.registry, { actor, role, seen }).catch(gather);
    if (conflicts.length > 0) throw new SettingsConflict(conflicts);
    await saveSecrets(tx, context.vault, businessId, secrets, actor);
  });
}
