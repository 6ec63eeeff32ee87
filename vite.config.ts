import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

declare module '@remix-run/node' {
  interface Future {
    v3_singleFetch: true;
  }
}

export default defineConfig({
  plugins: [
    tailwindcss(),
    remix({
      appDirectory: 'app',
      // Tests build beside the real build, so as not to disturb it.
      buildDirectory: process.env['PAGES_BUILD_DIRECTORY'] ?? 'build',
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        v3_routeConfig: true,
        v3_singleFetch: true,
        v3_lazyRouteDiscovery: true,
      },
    }),
  ],
  // The scan for the browser's packages follows loaders into the server's; these can only live there.
  optimizeDeps: {
    exclude: [
      '@remix-run/node',
      '@node-rs/argon2',
      '@prisma/client',
      '@prisma/adapter-pg',
      'bullmq',
      'ioredis',
      'pg',
      'pino',
    ],
  },
  // Nothing inline: the content security policy allows only what comes from our own origin.
  build: { assetsInlineLimit: 0, target: 'es2022' },
});
