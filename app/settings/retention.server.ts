import type { AppLoadContext } from '@remix-run/node';
import { kindLabel, lastPurge } from '../../domain/retention/index.ts';
import { readSettings, updateSettings, type SettingsCard } from '../../domain/settings/index.ts';
import type { Role } from '../../domain/users/index.ts';
import type { ShownPurge } from '../components/retention-card.tsx';
import { formFailure } from '../form-failure.server.ts';
import type { SignedIn } from '../session.server.ts';
import { readPosted, showCard, type ShownCard } from './form.server.ts';

/** How long a business keeps what, as its card shows it, and what the latest purge removed. */
export async function loadRetention(
  context: AppLoadContext,
  businessId: string,
  role: Role,
): Promise<{ card: ShownCard; purge: ShownPurge | null }> {
  const [settings, purge] = await Promise.all([
    readSettings(context.db, businessId, context.registry),
    lastPurge(context.db, businessId),
  ]);
  const removed = Object.entries(purge?.counts ?? {}).map(([kind, count]) => ({ label: kindLabel(kind), count }));
  return {
    card: showCard(retentionCard(context), settings, { role, timeZone: 'UTC', secrets: [], now: new Date() }),
    purge: purge === null ? null : { at: purge.at, removed },
  };
}

/** Saves the card; null when it was saved, else what is wrong with it. */
export async function saveRetention(
  context: AppLoadContext,
  { businessId, role, actor }: Pick<SignedIn, 'businessId' | 'role' | 'actor'>,
  form: FormData,
) {
  const posted = readPosted(form, [retentionCard(context)]);
  const typed = Object.fromEntries(
    Object.entries(posted.typed).map(([key, value]) => [key, typeof value === 'string' ? value : '']),
  );
  try {
    await updateSettings(context.db, businessId, posted.patch, context.registry, { actor, role });
    return null;
  } catch (error) {
    return formFailure(error, 'retention', typed);
  }
}

function retentionCard({ registry }: AppLoadContext): SettingsCard {
  const card = registry.cards.find(({ name }) => name === 'retention');
  if (card === undefined) throw new TypeError('the settings have no card of retention');
  return card;
}
