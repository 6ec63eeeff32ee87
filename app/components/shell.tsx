import type { ReactNode } from 'react';
import type { OpenAlert } from '../../domain/alerts/index.ts';
import type { Role } from '../../domain/users/permissions.ts';
import type { Toast } from '../toast.ts';
import { AlertBanner } from './alert-banner.tsx';
import { Brand, Mark } from './brand.tsx';
import { BusinessSwitcher } from './business-switcher.tsx';
import { HealthLink } from './health-link.tsx';
import { BottomNavigation, SideNavigation } from './navigation.tsx';
import { PageFocus } from './page-focus.tsx';
import { SandboxNotice } from './sandbox-notice.tsx';
import { SkipLink } from './skip-link.tsx';
import { Toaster } from './toaster.tsx';
import { UserMenu } from './user-menu.tsx';

interface ShellProps {
  readonly user: { readonly name: string; readonly email: string };
  readonly role: Role;
  /** Null for who works in none. */
  readonly businessName: string | null;
  readonly otherBusinesses: readonly { readonly id: string; readonly name: string }[];
  readonly maySeeSettings: boolean;
  readonly usesSandboxModel: boolean;
  readonly alerts: readonly OpenAlert[];
  readonly timeZone: string;
  readonly toast: Toast | null;
  /** What must be seen on every page, above everything: in whose name somebody works, for one. */
  readonly banner?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page behind the sign-in: rail or top bar, navigation, content. */
export function Shell({
  businessName,
  otherBusinesses,
  maySeeSettings,
  usesSandboxModel,
  alerts,
  timeZone,
  toast,
  banner,
  children,
  ...person
}: ShellProps) {
  const business = businessName === null ? null : { businessName, otherBusinesses };
  return (
    <div className="lg:ps-64 print:ps-0">
      <SkipLink />
      <PageFocus />

      <header className="on-rail fixed inset-y-0 start-0 z-30 hidden w-64 flex-col bg-rail p-4 lg:flex">
        <div className="px-2 pt-2">
          <Brand />
        </div>
        <div className="mt-6 mb-6 flex">{business === null ? null : <BusinessSwitcher {...business} titled />}</div>
        <div className="-mx-1 min-h-0 flex-1 overflow-y-auto px-1 py-1">
          <SideNavigation role={person.role} worksInBusiness={business !== null} />
        </div>
        <div className="mt-2">
          {business === null ? null : <HealthLink />}
          <UserMenu {...person} opens="up" />
        </div>
      </header>

      <header className="on-rail sticky top-0 z-30 flex h-16 items-center gap-3 bg-rail px-4 lg:hidden">
        <Mark />
        {business === null ? <div className="flex-1" /> : <BusinessSwitcher {...business} />}
        <UserMenu {...person} opens="down" />
      </header>

      {banner}
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto max-w-5xl px-4 pt-6 pb-28 outline-none md:px-8 md:pt-10 lg:pb-16"
      >
        {maySeeSettings ? <AlertBanner alerts={alerts} timeZone={timeZone} /> : null}
        {usesSandboxModel ? (
          <div className="mb-6 print:hidden">
            <SandboxNotice />
          </div>
        ) : null}
        {children}
      </main>

      <BottomNavigation role={person.role} worksInBusiness={business !== null} />
      <Toaster announced={toast} />
    </div>
  );
}
