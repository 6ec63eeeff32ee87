import heeboLatin from '@fontsource-variable/heebo/files/heebo-latin-wght-normal.woff2?url';
import heeboHebrew from '@fontsource-variable/heebo/files/heebo-hebrew-wght-normal.woff2?url';
import type { LinksFunction, MetaFunction } from '@remix-run/node';
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useRouteLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import icon from './assets/icon.svg?url';
import { ConnectionNotice } from './components/connection-notice.tsx';
import { ProgressBar } from './components/progress-bar.tsx';
import { RouteProblem } from './components/route-problem.tsx';
import { useNonce } from './nonce.ts';
import type { loader as designLoader } from './routes/design.tsx';
import styles from './styles/app.css?url';

export const links: LinksFunction = () => [
  { rel: 'preload', href: heeboHebrew, as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' },
  // Digits are in it: every page has some, and they would be set anew when they came late.
  { rel: 'preload', href: heeboLatin, as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' },
  { rel: 'stylesheet', href: styles },
  { rel: 'icon', href: icon, type: 'image/svg+xml' },
];

/** Stands behind all that a page shows. */
const PAGE_END = 'page-end';

export const meta: MetaFunction = () => [{ title: 'ProSaaS' }];

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce();
  const scheme = useRouteLoaderData<typeof designLoader>('routes/design')?.scheme ?? undefined;
  return (
    <html lang="he" dir="rtl" data-scheme={scheme}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        {/* By this id react-aria knows that its one rule is there: it stands in the style sheet. */}
        <meta name="generator" content="ProSaaS" id="react-aria-pressable-style" />
        {/* With no referrer at all a browser would hide the origin of our own forms. */}
        <meta name="referrer" content="same-origin" />
        <meta name="robots" content="noindex" />
        <meta name="format-detection" content="telephone=no" />
        <Meta />
        <Links />
        {/* Painted while it is still being read, a page moves under the reader's eyes: cells and columns find their width. */}
        <link rel="expect" href={`#${PAGE_END}`} {...{ blocking: 'render' }} />
      </head>
      <body>
        <ProgressBar />
        {children}
        <ConnectionNotice />
        <span id={PAGE_END} hidden />
        <ScrollRestoration {...nonce} />
        <Scripts {...nonce} />
      </body>
    </html>
  );
}

export default function App() {
  return <Outlet />;
}

export function ErrorBoundary() {
  return (
    <main id="main">
      <RouteProblem />
    </main>
  );
}
