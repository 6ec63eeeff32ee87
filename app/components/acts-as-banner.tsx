import { Form } from '@remix-run/react';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Above every page while a system administrator acts as a business: whose pages these are, and the way back. */
export function ActsAsBanner({ businessName }: { businessName: string }) {
  return (
    <section aria-label="פועל כעסק" className="mx-auto max-w-5xl px-4 pt-4 md:px-8 md:pt-6">
      <Notice tone="warn">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <p>
            פועל כעסק <bdi className="font-semibold">{businessName}</bdi>. כל פעולה נרשמת ביומן של העסק.
          </p>
          <Form method="post" action="/act-as/end">
            <Button look="secondary" size="small" type="submit">
              סיום הפעולה כעסק
            </Button>
          </Form>
        </div>
      </Notice>
    </section>
  );
}
