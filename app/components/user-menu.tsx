import { Form, Link, useLocation } from '@remix-run/react';
import { roleLabel } from '../labels.he.ts';
import { AccessibilityIcon, ChevronDownIcon, PersonIcon, PulseIcon, SignOutIcon } from './icons.tsx';

const ITEM_CLASS =
  'flex min-h-11 w-full cursor-pointer items-center gap-3 rounded-control px-3 font-medium hover:bg-sunken';

interface UserMenuProps {
  readonly user: { readonly name: string; readonly email: string };
  readonly role: string;
  /** Where the menu opens: over its button (at the foot of the rail) or under it (in the top bar). */
  readonly opens: 'up' | 'down';
}

/** Who is signed in, and the way out. Opens without JavaScript, closes when the page changes. */
export function UserMenu({ user, role, opens }: UserMenuProps) {
  const up = opens === 'up';
  const { key } = useLocation();
  return (
    <details key={key} className="group relative">
      <summary
        className={`flex min-h-11 cursor-pointer list-none items-center gap-3 rounded-control p-2 text-rail-ink transition-colors hover:bg-rail-raised ${up ? '' : 'min-w-11 justify-center'}`}
      >
        <span className="grid size-9 shrink-0 place-items-center rounded-full bg-rail-raised text-rail-mark">
          <PersonIcon />
        </span>
        {up ? (
          <span className="min-w-0 flex-1">
            <span dir="auto" className={`block truncate font-medium ${user.name === '' ? 'text-end' : 'text-start'}`}>
              {user.name || user.email}
            </span>
            <span className="block text-sm text-rail-muted">{roleLabel(role)}</span>
          </span>
        ) : (
          <span className="sr-only">החשבון שלי</span>
        )}
        {up ? <ChevronDownIcon className="size-4 rotate-180 text-rail-muted group-open:rotate-0" /> : null}
      </summary>
      <div
        className={`absolute z-40 w-64 rounded-control border border-line bg-surface p-2 text-ink shadow-float ${up ? 'start-0 bottom-full mb-2' : 'end-0 top-full mt-2'}`}
      >
        <p className="border-b border-line px-3 pt-1 pb-2.5 text-sm text-muted">
          מחובר בתור
          <bdi dir="ltr" className="block truncate text-end font-medium text-ink">
            {user.email}
          </bdi>
        </p>
        <ul className="border-b border-line py-2">
          <li>
            <Link to="/account" className={ITEM_CLASS}>
              <PersonIcon className="size-5 text-muted" />
              החשבון שלי
            </Link>
          </li>
          <li>
            <Link to="/status" className={ITEM_CLASS}>
              <PulseIcon className="size-5 text-muted" />
              מצב המערכת
            </Link>
          </li>
          <li>
            <Link to="/accessibility" className={ITEM_CLASS}>
              <AccessibilityIcon className="size-5 text-muted" />
              הצהרת נגישות
            </Link>
          </li>
        </ul>
        <Form method="post" action="/sign-out" className="pt-2">
          <button type="submit" className={ITEM_CLASS}>
            <SignOutIcon className="size-5 text-muted" />
            יציאה
          </button>
        </Form>
      </div>
    </details>
  );
}
