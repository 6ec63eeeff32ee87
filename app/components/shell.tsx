import type { ReactNode } from 'react';
import type { OpenAlert } from '../../domain/alerts/index.ts';
import { AlertBanner } from './alert-banner.tsx';
import { Brand, Mark } from './brand.tsx';
import type { Role } from '../../domain/users/permissions.ts';
import { BottomNavigation, SideNavigation } from './navigation.tsx';
import { SandboxNotice } from './sandbox-notice.tsx';
import type { Toast } from '../toast.ts';
import { Toaster } from './toaster.tsx';
import { UserMenu } from './user-menu.tsx';

interface ShellProps {
  readonly user: { readonly name: string; readonly email: string };
  readonly role: Role;
  readonly businessName: string;
  readonly otherBusinesses: readonly { readonly id: string; readonly name: string }[];
  readonly maySeeSettings: boolean;
  readonly usesSandboxModel: boolean;
  readonly alerts: readonly OpenAlert[];
  readonly timeZone: string;
  readonly toast: Toast | null;
  readonly children: ReactNode;
}

/** The frame of every page behind the sign-in: rail or top bar, navigation, content. */
export function Shell({
  businessName,
  maySeeSettings,
  usesSandboxModel,
  alerts,
  timeZone,
  toast,
  children,
  ...person
}: ShellProps) {
  return (
    <div className="lg:ps-64">
      <a
        href="#main"
        className="sr-only z-50 rounded-control bg-accent px-4 py-2 font-semibold text-on-accent focus:not-sr-only focus:fixed focus:start-4 focus:top-4"
      >
        דילוג לתוכן
      </a>

      <header className="on-rail fixed inset-y-0 start-0 hidden w-64 flex-col bg-rail p-4 lg:flex">
        <div className="px-2 pt-2">
          <Brand />
        </div>
        <p className="mt-6 mb-6 rounded-control border border-rail-raised px-3.5 py-2.5">
          <span className="block text-sm text-rail-muted">העסק</span>
          <span dir="auto" className="block truncate text-start font-semibold text-rail-ink">
            {businessName}
          </span>
        </p>
        <SideNavigation role={person.role} />
        <div className="mt-auto">
          <UserMenu {...person} opens="up" />
        </div>
      </header>

      <header className="on-rail sticky top-0 z-30 flex h-16 items-center gap-3 bg-rail px-4 lg:hidden">
        <Mark />
        <p dir="auto" className="min-w-0 flex-1 truncate text-start font-semibold text-rail-ink">
          {businessName}
        </p>
        <UserMenu {...person} opens="down" />
      </header>

      <main
        id="main"
        tabIndex={-1}
        className="mx-auto max-w-5xl px-4 pt-6 pb-28 outline-none md:px-8 md:pt-10 lg:pb-16"
      >
        {maySeeSettings ? <AlertBanner alerts={alerts} timeZone={timeZone} /> : null}
        {usesSandboxModel ? (
          <div className="mb-6">
            <SandboxNotice />
          </div>
        ) : null}
        {children}
      </main>

      <BottomNavigation role={person.role} />
      <Toaster announced={toast} />
    </div>
  );
}
