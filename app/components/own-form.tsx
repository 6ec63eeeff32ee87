import { Form as RemixForm, useRouteLoaderData, type FormProps } from '@remix-run/react';
import { BUSINESS } from '../own-business.ts';
import type { loader } from '../routes/shell.tsx';

/**
 * A form about the business that its page shows. It says which one that is: in another window its sender may have moved
 * to another business meanwhile, which must not be changed in its place.
 */
export function OwnForm({ children, ...form }: FormProps) {
  return (
    <RemixForm {...form}>
      <OfBusiness />
      {children}
    </RemixForm>
  );
}

/** What says so, for a form that is no {@link OwnForm}. */
export function OfBusiness() {
  const businessId = useRouteLoaderData<typeof loader>('shell')?.businessId ?? null;
  return businessId === null ? null : <input type="hidden" name={BUSINESS} value={businessId} />;
}
