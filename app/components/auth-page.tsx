import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import { SignInArt } from './sign-in-art.tsx';

interface AuthPageProps {
  readonly title: string;
  /** A line under the title. */
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of the pages before somebody is signed in. */
export function AuthPage({ title, lead, children }: AuthPageProps) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[1fr_minmax(0,34rem)]">
      <header className="on-rail flex flex-col justify-between bg-rail px-6 py-6 text-rail-ink lg:order-last lg:px-12 lg:py-12">
        <Brand />
        <SignInArt />
      </header>
      <main id="main" className="flex flex-col justify-center px-5 py-10 sm:px-10">
        <div className="mx-auto w-full max-w-sm">
          <h1 className="text-3xl font-bold tracking-tight">{title}</h1>
          {lead === undefined ? null : <p className="mt-2 text-muted">{lead}</p>}
          {children}
        </div>
      </main>
    </div>
  );
}
