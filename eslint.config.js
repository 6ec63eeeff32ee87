import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { noPhysicalClasses } from './scripts/eslint/no-physical-classes.js';

const TESTS = ['test/**/*.{ts,tsx}', 'bench/**/*.ts'];

const CLOCK = [
  { object: 'Date', property: 'now', message: 'Time comes in as an argument or on the event.' },
  { object: 'performance', property: 'now', message: 'Time comes in as an argument or on the event.' },
  { object: 'Math', property: 'random', message: 'The same events give the same call: pass randomness in.' },
];
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
  name,
  message: 'Timers belong to the shell: return a command or an effect.',
}));
const REQUESTS = ['fetch', 'XMLHttpRequest', 'EventSource', 'WebSocket'].map((name) => ({
  name,
  message: 'Requests go out through platform/outgoing.ts, which reaches no private address.',
}));
const REQUESTS_BY_PROPERTY = ['globalThis', 'global', 'window', 'self'].flatMap((object) =>
  REQUESTS.map(({ name, message }) => ({ object, property: name, message })),
);
const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'Only a composition root reads the environment, through platform/env.ts; take a typed value instead.',
};

export default tseslint.config(
  { ignores: ['build/', 'coverage/', '.data/', 'platform/db/generated/'] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // A form's or a button's handler may be async: React ignores what it returns.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A port is often async although this implementation of it has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // The compiler reports these (noUnusedLocals, noUnusedParameters).
      '@typescript-eslint/no-unused-vars': 'off',
      // A Remix loader throws a Response to redirect or refuse.
      '@typescript-eslint/only-throw-error': [
        'error',
        {
          allow: [
            { from: 'lib', name: 'Response' },
            { from: 'package', package: '@remix-run/server-runtime', name: 'TypedResponse' },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'BinaryExpression[operator="instanceof"][right.name="AppError"]',
          message: 'Another bundle has its own AppError class: use isAppError().',
        },
      ],
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['app/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks, product: { rules: { 'no-physical-classes': noPhysicalClasses } } },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'product/no-physical-classes': 'error',
    },
  },
  {
    files: ['{app,domain,hebrew,platform,plugins,server,voice}/**/*.{ts,tsx}'],
    // embedded.ts chooses what a child process inherits; it reads no setting.
    ignores: ['platform/env.ts', 'platform/db/embedded.ts'],
    rules: { 'no-restricted-properties': ['error', ENVIRONMENT] },
  },
  {
    // Where the server's code is. An import that sends requests is .dependency-cruiser.js's to refuse.
    files: [
      '{domain,platform,plugins,hebrew,server,voice,worker}/**/*.ts',
      'server.ts',
      'app/**/*.server.ts',
      'app/api/**/*.ts',
      'app/routes/**/*.{ts,tsx}',
    ],
    // Twilio's own REST API, at the address the operator set.
    ignores: ['voice/twilio/{rest,recordings}.ts'],
    rules: {
      'no-restricted-globals': ['error', ...REQUESTS],
      'no-restricted-properties': ['error', ENVIRONMENT, ...REQUESTS_BY_PROPERTY],
    },
  },
  {
    // These may read the environment, see above.
    files: ['platform/env.ts', 'platform/db/embedded.ts', 'worker/**/*.ts', 'server.ts'],
    rules: { 'no-restricted-properties': ['error', ...REQUESTS_BY_PROPERTY] },
  },
  {
    // The product speaks through its structured log; commands and tests may print.
    files: ['{app,domain,hebrew,platform,plugins,sandbox,server,voice,worker}/**/*.{ts,tsx}', 'server.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    // Pure: the same events give the same call. The shell (session.ts and what it owns) holds clock and timers.
    files: ['hebrew/**/*.ts', 'plugins/**/*.ts', 'voice/audio/**/*.ts', 'voice/session/{state,step,turns,playout}*.ts'],
    rules: {
      'no-restricted-properties': ['error', ENVIRONMENT, ...CLOCK, ...REQUESTS_BY_PROPERTY],
      'no-restricted-globals': ['error', ...TIMERS, ...REQUESTS],
    },
  },
  {
    files: TESTS,
    rules: {
      // Parsed JSON of a response is checked by the assertions that follow.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // A rejected handler of a test's own server ends the test run, which is what should happen.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', setInterval: 'readonly', clearInterval: 'readonly' } },
  },
);
