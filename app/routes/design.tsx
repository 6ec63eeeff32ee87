import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, redirect, useLoaderData } from '@remix-run/react';
import { buttonClass } from '../components/button.tsx';
import { RouteProblem } from '../components/route-problem.tsx';
import { Toaster } from '../components/toaster.tsx';
import { Controls } from '../design/controls.tsx';
import { Lists } from '../design/lists.tsx';
import { Overlays } from '../design/overlays.tsx';
import { Tokens } from '../design/tokens.tsx';
import { receiveForm } from '../mutation.server.ts';
import { pageError } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'מערכת העיצוב · ProSaaS' }];

const SCHEMES = [
  { scheme: null, text: 'כמו במערכת' },
  { scheme: 'light', text: 'בהיר' },
  { scheme: 'dark', text: 'כהה' },
] as const;

/** For those who build pages; in production there is no such address. */
export function loader({ request, context }: LoaderFunctionArgs) {
  if (!context.config.development) throw pageError('not_found', 404);
  const asked = new URL(request.url).searchParams.get('scheme');
  return { scheme: SCHEMES.find(({ scheme }) => scheme === asked)?.scheme ?? null };
}

/** The forms of the examples do nothing. */
export async function action({ request, context }: ActionFunctionArgs) {
  if (!context.config.development) throw pageError('not_found', 404);
  await receiveForm(request, context);
  return redirect('/design');
}

/** Every component in every state. `?scheme=dark` and `?scheme=light` decide the colours of the whole document. */
export default function Design() {
  const { scheme } = useLoaderData<typeof loader>();
  return (
    <main id="main" className="mx-auto max-w-5xl space-y-8 px-4 py-10 md:px-8">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-3xl font-bold tracking-tight">מערכת העיצוב</h1>
        <nav aria-label="צבעים" className="flex flex-wrap gap-2">
          {SCHEMES.map((choice) => (
            <Link
              key={choice.text}
              to={choice.scheme === null ? '/design' : `/design?scheme=${choice.scheme}`}
              aria-current={choice.scheme === scheme ? 'true' : undefined}
              className={buttonClass(choice.scheme === scheme ? 'primary' : 'secondary', '', 'small')}
            >
              {choice.text}
            </Link>
          ))}
        </nav>
      </header>
      <Tokens />
      <Controls />
      <Overlays />
      <Lists />
      <Toaster announced={null} />
    </main>
  );
}

export function ErrorBoundary() {
  return (
    <main id="main">
      <RouteProblem />
    </main>
  );
}
