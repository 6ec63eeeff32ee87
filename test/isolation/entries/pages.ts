import { randomUUID } from 'node:crypto';
import { addNumber } from '../../../domain/numbers/index.ts';
import { listPromptVersions } from '../../../domain/prompts/index.ts';
import { settingsRegistry, updateSettings } from '../../../domain/settings/index.ts';
import { keepRendered } from '../../../domain/speech/index.ts';
import { issueApiToken } from '../../../domain/users/index.ts';
import { plugins } from '../../../plugins/index.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import type { House } from '../../helpers/house.ts';
import { type Entry, type Ids, open, own, plumbing, record, system } from '../entry.ts';
import { aFinishedCall, aMember, anInvitation, aRecordedCall, aSession, aWebhook, type Estate } from '../estate.ts';

/** A telephone number nobody has yet. */
const aNumber = () => `+972541${String(Math.floor(Math.random() * 1_000_000)).padStart(6, '0')}`;

/** What the preview speaks where a text of its own is not named. */
const SAMPLE = 'שלום, נעים מאוד. איך אפשר לעזור לך היום?';

/** A prompt that was changed twice: the number of the version before the newest, and of that one. */
async function twoPrompts({ db }: House, { businessId }: Estate): Promise<Ids> {
  for (const text of [randomUUID(), randomUUID()]) {
    await updateSettings(db, businessId, { prompt: text }, settingsRegistry(plugins), { actor: TEST_ACTOR });
  }
  const [newest] = (await listPromptVersions(db, businessId, 'calls')).versions;
  const number = newest?.number ?? 0;
  return { old: String(number - 1), newest: String(number) };
}

async function aNumberOf({ db }: House, { businessId }: Estate): Promise<Ids> {
  return { numberId: (await addNumber(db, businessId, { number: aNumber(), label: '' }, TEST_ACTOR)).id };
}

const DESTINATIONS = '/settings/integrations/destinations';
const WEBHOOK = { url: 'https://hooks.example.com/other', events: ['call.completed'] } as const;

async function aWebhookSwitchedOff(house: House, business: Estate): Promise<Ids> {
  const made = await aWebhook(house, business);
  await house.db.withBusiness(business.businessId, (tx) =>
    tx.destination.update({ where: { id: made.destinationId }, data: { status: 'off', offReason: 'by_hand' } }),
  );
  return made;
}

/** Every address of a page, in the order of `app/routes.ts`. */
export const PAGES: readonly Entry[] = [
  open('GET /', 'sends everybody on'),
  open('GET /sign-in', 'shown to who is signed out'),
  open('POST /sign-in', 'says no in the same words, whoever it is', {
    path: '/sign-in',
    form: { email: 'nobody@example.com', password: 'wrong-password' },
  }),
  open('GET /sign-in/second-factor', 'between the password and the code, and nobody is there'),
  open('POST /sign-in/second-factor', 'nothing waits for a code', {
    path: '/sign-in/second-factor',
    form: { code: '123456' },
  }),
  open('GET /forgot-password', 'shown to anybody'),
  open('POST /forgot-password', 'says the same whoever has the address', {
    path: '/forgot-password',
    form: { email: 'nobody@example.com' },
  }),
  open('GET /reset-password/:token', 'whoever has the link is its person', { path: '/reset-password/none' }),
  open('POST /reset-password/:token', 'whoever has the link is its person', {
    path: '/reset-password/none',
    form: { new_password: 'ענן כחול מעל הגליל' },
  }),
  open('GET /invitation/:token', 'whoever has the link is invited', { path: '/invitation/none' }),
  open('POST /invitation/:token', 'whoever has the link is invited', {
    path: '/invitation/none',
    form: { new_password: 'ענן כחול מעל הגליל' },
  }),
  open('GET /act-as/end', 'following a link changes nothing'),
  open('POST /act-as/end', 'who acts as nobody ends nothing', { path: '/act-as/end', form: {} }),
  open('GET /sign-out', 'following a link changes nothing'),
  open('POST /sign-out', 'without a session there is nothing to end', { path: '/sign-out', form: {} }),
  open('GET /switch-business', 'following a link changes nothing'),
  record('POST /switch-business', {
    make: async (_house, { businessId }) => ({ businessId }),
    ask: ({ businessId = '' }) => ({ path: '/switch-business', form: { business_id: businessId } }),
    changes: ['sessions'],
  }),
  own('GET /alerts', { ask: () => ({ path: '/alerts.data' }), action: 'settings.read' }),
  own('POST /alerts', {
    make: async ({ db }, { businessId }) => {
      const now = new Date();
      const seen = { businessId, kind: 'model_key', firstSeenAt: now, lastSeenAt: now, resolvedAt: null };
      await db.withBusiness(businessId, (tx) =>
        tx.alert.upsert({
          where: { businessId_kind: { businessId, kind: 'model_key' } },
          create: seen,
          update: { resolvedAt: null },
        }),
      );
      return {};
    },
    ask: () => ({ path: '/alerts', form: { kind: 'model_key' }, headers: { Accept: 'text/html' } }),
    action: 'settings.write',
    changes: ['alerts'],
  }),
  own('GET /status/now', { ask: () => ({ path: '/status/now' }), action: 'calls.read' }),
  open('GET /accessibility', 'shown to everybody'),
  open('GET /api-docs', 'is the documentation of the API, the same for all'),
  open('GET /design', 'only on the machine of who builds pages'),
  open('POST /design', 'only on the machine of who builds pages', { path: '/design', form: {} }),

  record('GET /calls/:callSid/recording', {
    make: aRecordedCall,
    ask: ({ callSid = '' }) => ({ path: `/calls/${callSid}/recording` }),
    action: 'calls.read',
  }),

  plumbing('FRAME shell', 'comes with every page within it, and is looked at with them'),
  own('GET /dashboard', { ask: () => ({ path: '/dashboard' }), action: 'dashboard.read' }),
  own('GET /calls/export', { ask: () => ({ path: '/calls/export' }), action: 'calls.export' }),
  own('GET /leads/export', { ask: () => ({ path: '/leads/export' }), action: 'leads.export' }),
  own('GET /leads', { ask: () => ({ path: '/leads' }), action: 'leads.read' }),
  record('GET /leads/:leadId', {
    make: aFinishedCall,
    ask: ({ leadId = '' }) => ({ path: `/leads/${leadId}` }),
    action: 'leads.read',
  }),
  own('GET /calls', { ask: () => ({ path: '/calls' }), action: 'calls.read' }),
  record('GET /calls/:callSid', {
    make: aFinishedCall,
    ask: ({ callSid = '' }) => ({ path: `/calls/${callSid}` }),
    action: 'calls.read',
  }),
  record('POST /calls/:callSid', {
    what: 'replays a delivery',
    make: aFinishedCall,
    ask: ({ callSid = '', deliveryId = '' }) => ({ path: `/calls/${callSid}`, form: { delivery_id: deliveryId } }),
    action: 'deliveries.replay',
    changes: ['deliveries'],
  }),
  own('GET /status', { ask: () => ({ path: '/status' }), action: 'calls.read' }),
  own('GET /do-not-call', { ask: () => ({ path: '/do-not-call' }), action: 'do_not_call.read' }),
  own('POST /do-not-call', {
    what: 'adds a number',
    make: async () => ({ phone: aNumber() }),
    ask: ({ phone = '' }) => ({ path: '/do-not-call', form: { intent: 'add', phone } }),
    action: 'do_not_call.write',
    changes: ['do_not_call', 'audit_entries'],
  }),
  own('POST /do-not-call', {
    what: 'takes in many numbers',
    make: async () => ({ phone: aNumber() }),
    ask: ({ phone = '' }) => ({ path: '/do-not-call', form: { intent: 'import', numbers: phone } }),
    action: 'do_not_call.write',
    changes: ['do_not_call', 'audit_entries'],
  }),
  record('POST /do-not-call', {
    what: 'lets a number go',
    make: async ({ db }, { businessId }) => {
      const data = { businessId, phone: aNumber(), reason: 'page', addedBy: 'test' };
      return db.withBusiness(businessId, (tx) => tx.doNotCall.create({ data, select: { id: true } }));
    },
    ask: ({ id = '' }) => ({ path: '/do-not-call', form: { intent: 'remove', id } }),
    action: 'do_not_call.write',
    changes: ['do_not_call', 'audit_entries'],
  }),
  own('GET /audit', { ask: () => ({ path: '/audit' }), action: 'audit.read' }),
  own('GET /privacy', { ask: () => ({ path: '/privacy' }), action: 'privacy.read' }),
  own('POST /privacy', {
    what: 'erases what is held about a number',
    make: async () => ({ phone: aNumber() }),
    ask: ({ phone = '' }) => ({ path: '/privacy', form: { intent: 'erase', phone, again: phone } }),
    action: 'privacy.write',
    changes: ['subject_erasures', 'audit_entries'],
  }),
  record('GET /privacy/erasures/:erasureId', {
    make: async ({ db }, { businessId }) => {
      const data = { businessId, phoneHash: 'x', lastTwo: '67', actor: { label: 'test' }, finishedAt: new Date() };
      const { id } = await db.withBusiness(businessId, (tx) => tx.subjectErasure.create({ data }));
      return { erasureId: id };
    },
    ask: ({ erasureId = '' }) => ({ path: `/privacy/erasures/${erasureId}` }),
    action: 'privacy.read',
  }),
  open('GET /privacy/archive', 'following a link hands out nothing', { path: '/privacy/archive' }),
  own('POST /privacy/archive', {
    make: async () => ({ phone: aNumber() }),
    ask: ({ phone = '' }) => ({ path: '/privacy/archive', form: { phone } }),
    action: 'privacy.read',
    changes: ['audit_entries'],
  }),
  own('GET /account', { ask: () => ({ path: '/account' }), action: 'account.read' }),
  own('POST /account', {
    what: 'changes the name',
    make: async () => ({ name: `יעל ${Math.random()}` }),
    ask: ({ name = '' }) => ({ path: '/account', form: { form: 'name', name } }),
    action: 'account.write',
    changes: ['users'],
  }),
  record('POST /account', {
    what: 'ends a session',
    make: aSession,
    ask: ({ sessionId = '' }) => ({ path: '/account', form: { form: 'end_session', session_id: sessionId } }),
    changes: ['sessions'],
  }),
  own('GET /account/second-factor', { ask: () => ({ path: '/account/second-factor' }), action: 'account.read' }),
  own('POST /account/second-factor', {
    ask: () => ({ path: '/account/second-factor', form: { form: 'begin' } }),
    action: 'account.write',
    changes: ['second_factors'],
  }),
  system('GET /businesses', { ask: () => ({ path: '/businesses' }) }),
  system('POST /businesses', {
    make: async () => ({ number: `+97237${String(Math.floor(Math.random() * 900_000) + 100_000)}` }),
    ask: ({ number = '' }) => ({
      path: '/businesses',
      form: { name: 'עסק חדש', number, ownerEmail: `new${number}@example.com`, ownerPassword: 'ענן כחול בשמיים' },
    }),
  }),
  system('GET /businesses/:businessId', {
    make: async (_house, { businessId }) => ({ businessId }),
    ask: ({ businessId = '' }) => ({ path: `/businesses/${businessId}` }),
  }),
  ...(['resume', 'flags', 'act_as'] as const).map((form) =>
    system('POST /businesses/:businessId', {
      what: form,
      make: async (_house, { businessId }) => ({ businessId }),
      ask: ({ businessId = '' }) => ({ path: `/businesses/${businessId}`, form: { form } }),
    }),
  ),
  open('GET /settings', 'sends everybody on'),
  own('GET /settings/business', { ask: () => ({ path: '/settings/business' }), action: 'settings.read' }),
  own('POST /settings/business', {
    make: async () => ({ address: `רחוב הגפן ${Math.random()}` }),
    ask: ({ address = '' }) => ({ path: '/settings/business', form: { address } }),
    action: 'settings.write',
    changes: ['businesses'],
  }),
  own('GET /settings/ai', { ask: () => ({ path: '/settings/ai' }), action: 'settings.read' }),
  own('POST /settings/ai', {
    make: async () => ({ name: `נועה ${Math.random()}` }),
    ask: ({ name = '' }) => ({ path: '/settings/ai', form: { agent_name: name } }),
    action: 'settings.write',
    changes: ['business_settings'],
  }),
  own('GET /settings/tokens', { ask: () => ({ path: '/settings/tokens' }), action: 'tokens.read' }),
  own('POST /settings/tokens', {
    what: 'makes a token',
    ask: () => ({
      path: '/settings/tokens',
      form: { intent: 'create', name: 'n8n', scopes: ['calls:read'], days: '30' },
    }),
    action: 'tokens.write',
    changes: ['api_tokens'],
  }),
  record('POST /settings/tokens', {
    what: 'revokes a token',
    make: async ({ db }, { businessId }) => {
      const wanted = { name: 'n8n', scopes: ['calls:read'], days: null };
      return { tokenId: (await issueApiToken(db, businessId, wanted, TEST_ACTOR)).id };
    },
    ask: ({ tokenId = '' }) => ({ path: '/settings/tokens', form: { intent: 'revoke', token_id: tokenId } }),
    action: 'tokens.write',
    changes: ['api_tokens'],
  }),
  own('GET /settings/numbers', { ask: () => ({ path: '/settings/numbers' }), action: 'numbers.read' }),
  own('POST /settings/numbers', {
    what: 'adds a number',
    // Another one each time: a number rings one business.
    ask: () => ({ path: '/settings/numbers.data', form: { intent: 'add', number: aNumber(), label: '' } }),
    action: 'numbers.write',
    changes: ['phone_numbers'],
  }),
  record('POST /settings/numbers', {
    what: 'names a number',
    make: aNumberOf,
    ask: ({ numberId = '' }) => ({
      path: '/settings/numbers',
      form: { intent: 'label', number_id: numberId, label: `מודעות ${Math.random()}` },
    }),
    action: 'numbers.write',
    changes: ['phone_numbers'],
  }),
  record('POST /settings/numbers', {
    what: 'removes a number',
    make: aNumberOf,
    ask: ({ numberId = '' }) => ({ path: '/settings/numbers', form: { intent: 'remove', number_id: numberId } }),
    action: 'numbers.write',
    changes: ['phone_numbers'],
  }),
  own('GET /settings/users', { ask: () => ({ path: '/settings/users' }), action: 'members.read' }),
  own('POST /settings/users', {
    what: 'invites somebody',
    make: async () => ({ email: `guest-${randomUUID()}@example.com` }),
    ask: ({ email = '' }) => ({ path: '/settings/users', form: { form: 'invite', email, name: '', role: 'agent' } }),
    action: 'members.write',
    changes: ['invitations'],
  }),
  ...(['resend', 'revoke'] as const).map((form) =>
    record('POST /settings/users', {
      what: `${form}s an invitation`,
      make: anInvitation,
      ask: ({ invitationId = '' }) => ({ path: '/settings/users', form: { form, invitation_id: invitationId } }),
      action: 'members.write',
      changes: ['invitations'],
    }),
  ),
  ...(
    [
      ['role', 'memberships'],
      ['remove', 'memberships'],
      ['reset_link', 'password_resets'],
    ] as const
  ).map(([form, table]) =>
    record('POST /settings/users', {
      what: `${form} of a member`,
      make: aMember,
      ask: ({ userId = '' }) => ({
        path: '/settings/users',
        form: { form, user_id: userId, ...(form === 'role' ? { member_role: 'admin' } : {}) },
      }),
      action: 'members.write',
      changes: [table],
    }),
  ),
  own('GET /settings/security', { ask: () => ({ path: '/settings/security' }), action: 'security.read' }),
  own('POST /settings/security', {
    what: 'changes how long data is kept',
    make: async () => ({ days: String(30 + Math.floor(Math.random() * 3_000)) }),
    ask: ({ days = '' }) => ({
      path: '/settings/security',
      form: { form: 'retention', retention_transcripts_days: days },
    }),
    action: 'security.write',
    changes: ['business_settings', 'audit_entries'],
  }),
  own('POST /settings/security', {
    what: 'whether a second factor is needed',
    ask: () => ({ path: '/settings/security', form: { form: 'second_factor' } }),
    action: 'security.write',
    changes: ['businesses'],
  }),
  open('GET /settings/ai/preview', 'there is nothing to look at', { path: '/settings/ai/preview' }),
  own('POST /settings/ai/preview', {
    make: async ({ db }, { businessId }) => {
      const audio = Buffer.alloc(1600, 0xff);
      await keepRendered(db, businessId, 'cedar', { text: SAMPLE, audio, durationMs: 200 });
      return {};
    },
    ask: () => ({ path: '/settings/ai/preview', form: { voice: 'cedar' } }),
    action: 'settings.write',
  }),
  own('GET /settings/ai/prompts/:channel', {
    make: twoPrompts,
    ask: ({ old = '' }) => ({ path: `/settings/ai/prompts/calls?version=${old}` }),
    action: 'prompt.read',
  }),
  own('POST /settings/ai/prompts/:channel', {
    make: twoPrompts,
    ask: ({ old = '', newest = '' }) => ({ path: '/settings/ai/prompts/calls', form: { restore: old, newest } }),
    action: 'prompt.write',
    changes: ['business_settings', 'prompt_versions'],
  }),
  own('GET /deliveries', { ask: () => ({ path: '/deliveries' }), action: 'deliveries.read' }),
  record('GET /deliveries', {
    what: 'of one destination',
    make: aWebhook,
    ask: ({ destinationId = '' }) => ({ path: `/deliveries?destination=${destinationId}` }),
    action: 'deliveries.read',
    hidden: 200,
  }),
  record('POST /deliveries', {
    make: aWebhook,
    ask: ({ destinationId = '' }) => ({
      path: '/deliveries',
      form: { destination_id: destinationId, period: 'day' },
    }),
    action: 'deliveries.replay',
    changes: ['outbox'],
  }),
  record('GET /deliveries/:deliveryId', {
    make: aFinishedCall,
    ask: ({ deliveryId = '' }) => ({ path: `/deliveries/${deliveryId}` }),
    action: 'deliveries.read',
  }),
  record('POST /deliveries/:deliveryId', {
    make: aFinishedCall,
    ask: ({ deliveryId = '' }) => ({ path: `/deliveries/${deliveryId}`, form: {} }),
    action: 'deliveries.replay',
    changes: ['deliveries'],
  }),
  own('GET /settings/integrations/destinations', { ask: () => ({ path: DESTINATIONS }), action: 'destinations.write' }),
  own('POST /settings/integrations/destinations', {
    what: 'adds a webhook',
    make: async (house, business) => {
      await aWebhook(house, business);
      return { name: `n8n ${randomUUID()}` };
    },
    ask: ({ name = '' }) => ({ path: DESTINATIONS, form: { intent: 'add', name, ...WEBHOOK } }),
    action: 'destinations.write',
    changes: ['destinations'],
  }),
  ...(['test', 'on'] as const).map((intent) =>
    record('POST /settings/integrations/destinations', {
      what: `${intent}, from the list`,
      make: intent === 'test' ? aWebhook : aWebhookSwitchedOff,
      ask: ({ destinationId = '' }) => ({ path: DESTINATIONS, form: { intent, destination_id: destinationId } }),
      action: 'destinations.write',
      changes: [intent === 'test' ? 'deliveries' : 'destinations'],
    }),
  ),
  record('GET /settings/integrations/destinations/:destinationId', {
    make: aWebhook,
    ask: ({ destinationId = '' }) => ({ path: `${DESTINATIONS}/${destinationId}` }),
    action: 'destinations.write',
  }),
  ...(['change', 'rotate', 'end-overlap', 'test', 'on', 'off', 'remove'] as const).map((intent) =>
    record('POST /settings/integrations/destinations/:destinationId', {
      what: intent,
      make: intent === 'on' ? aWebhookSwitchedOff : aWebhook,
      ask: ({ destinationId = '' }) => ({
        path: `${DESTINATIONS}/${destinationId}`,
        form: { intent, ...(intent === 'change' ? { name: 'Make', ...WEBHOOK } : {}) },
      }),
      action: 'destinations.write',
      changes: [intent === 'test' ? 'deliveries' : 'destinations'],
    }),
  ),
  own('GET /settings/integrations', { ask: () => ({ path: '/settings/integrations' }), action: 'settings.read' }),
  own('POST /settings/integrations', {
    make: async () => ({ url: `https://hooks.example.com/${Math.random()}` }),
    ask: ({ url = '' }) => ({ path: '/settings/integrations', form: { monday_webhook_url: url } }),
    action: 'settings.write',
    changes: ['business_settings'],
  }),
  own('POST /settings/integrations', {
    what: 'whose pages may use the API',
    make: async () => ({ origin: `https://${randomUUID()}.example.com` }),
    ask: ({ origin = '' }) => ({ path: '/settings/integrations?form=origins', form: { origins: origin } }),
    action: 'origins.write',
    changes: ['businesses', 'audit_entries'],
  }),
  own('POST /settings/integrations', {
    what: 'sends a test',
    ask: () => ({
      path: '/settings/integrations',
      form: { monday_webhook_url: 'http://127.0.0.1:9/', _test: 'monday-export' },
    }),
    action: 'settings.write',
    changes: ['audit_entries'],
  }),
  open('GET /*', 'there is nothing', { path: '/no-such-page' }),
  open('POST /*', 'there is nothing', { path: '/no-such-page', form: {} }),
];
