import { Link } from '@remix-run/react';

/** The way back from a page that stands outside the frame. */
export function BackToProduct() {
  return (
    <Link
      to="/"
      className="inline-flex min-h-11 items-center font-medium text-accent-text underline underline-offset-4"
    >
      חזרה למערכת
    </Link>
  );
}
