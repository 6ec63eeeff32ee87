/** One entry of Remix's route list; `id` defaults to the file without its extension. */
interface Route {
  id?: string;
  path?: string;
  index?: boolean;
  file: string;
  children?: Route[];
}

const at = (path: string, file: string, children?: Route[]): Route => ({
  path,
  file: `routes/${file}`,
  ...(children ? { children } : {}),
});

/** Every address of the product's pages and of its JSON API. */
const routes: Route[] = [
  { index: true, file: 'routes/home.ts' },
  at('sign-in', 'sign-in.tsx'),
  at('sign-in/second-factor', 'sign-in-second-factor.tsx'),
  at('forgot-password', 'forgot-password.tsx'),
  at('reset-password/:token', 'reset-password.tsx'),
  at('invitation/:token', 'invitation.tsx'),
  at('sign-out', 'sign-out.ts'),
  at('settings/ai/preview', 'settings-preview.ts'),
  at('act-as/end', 'act-as-end.ts'),
  at('switch-business', 'switch-business.ts'),
  at('alerts', 'alerts.ts'),
  at('status/now', 'status-now.ts'),
  at('accessibility', 'accessibility.tsx'),
  at('api-docs', 'api-docs.tsx'),
  at('design', 'design.tsx'),
  at('calls/export', 'calls-export.ts'),
  at('leads/export', 'leads-export.ts'),
  at('calls/:callSid/recording', 'recording.ts'),
  {
    id: 'shell',
    file: 'routes/shell.tsx',
    children: [
      at('dashboard', 'dashboard.tsx'),
      at('calls', 'calls.tsx'),
      at('calls/:callSid', 'call.tsx'),
      at('leads', 'leads.tsx'),
      at('leads/:leadId', 'lead.tsx'),
      at('status', 'status.tsx'),
      at('do-not-call', 'do-not-call.tsx'),
      at('audit', 'audit.tsx'),
      at('privacy', 'privacy.tsx'),
      at('privacy/erasures/:erasureId', 'privacy-erasure.tsx'),
      at('account', 'account.tsx'),
      at('account/second-factor', 'account-second-factor.tsx'),
      at('businesses', 'businesses.tsx'),
      at('businesses/:businessId', 'business.tsx'),
      at('deliveries', 'deliveries.tsx'),
      at('deliveries/:deliveryId', 'delivery.tsx'),
      at('settings/integrations/destinations', 'destinations.tsx'),
      at('settings/integrations/destinations/:destinationId', 'destination.tsx'),
      at('settings', 'settings.tsx', [
        { index: true, file: 'routes/settings-home.ts' },
        at('business', 'settings-business.tsx'),
        at('ai', 'settings-ai.tsx'),
        at('ai/prompts/:channel', 'settings-prompts.tsx'),
        at('integrations', 'settings-integrations.tsx'),
        at('users', 'settings-users.tsx'),
        at('security', 'settings-security.tsx'),
        at('tokens', 'settings-tokens.tsx'),
        at('numbers', 'settings-numbers.tsx'),
      ]),
    ],
  },
  at('privacy/archive', 'privacy-archive.ts'),
  at('api/business/current', 'api-business.ts'),
  at('api/business/current/settings', 'api-settings.ts'),
  at('api/business/current/prompt', 'api-prompt.ts'),
  at('api/calls', 'api-calls.ts'),
  at('api/calls/:callSid', 'api-call.ts'),
  at('api/openapi.json', 'api-document.ts'),
  at('api/*', 'api-unknown.ts'),
  at('*', 'unknown.tsx'),
];

export default routes;
