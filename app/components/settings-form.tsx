import { Form, useNavigation } from '@remix-run/react';
import { useEffect, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { ErrorSummary } from './error-summary.tsx';
import { CheckIcon } from './icons.tsx';
import { Moment } from './moment.tsx';

interface SettingsFormProps {
  /** What the server found wrong with the last attempt. */
  readonly failure: { readonly fields: Readonly<Record<string, string>>; readonly at: number } | undefined;
  /** When the form was saved just now, ms, or null. */
  readonly savedAt: number | null;
  /** Field name → its label, for the summary of errors. */
  readonly labels: Readonly<Record<string, string>>;
  readonly children: ReactNode;
}

/** One tab of the settings: its cards, and the one button that saves them all. */
export function SettingsForm({ failure, savedAt, labels, children }: SettingsFormProps) {
  const navigation = useNavigation();
  const busy = navigation.state !== 'idle' && navigation.formMethod === 'POST';
  useErrorInTitle(failure !== undefined);
  return (
    <Form method="post" noValidate preventScrollReset>
      {/* After a save the controls begin anew from what was stored. */}
      <div key={savedAt ?? 'first'} className="space-y-6">
        {failure === undefined ? null : <ErrorSummary fields={failure.fields} labels={labels} attempt={failure.at} />}
        {children}
      </div>
      <div className="sticky bottom-16 z-20 -mx-4 mt-8 -mb-10 flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line bg-canvas px-4 py-3 md:-mx-8 md:px-8 lg:bottom-0 lg:mb-0">
        <Button type="submit" busy={busy} busyText="שומר…">
          שמור הגדרות
        </Button>
        <div role="status" className="min-w-0">
          {savedAt === null || busy || failure !== undefined ? null : (
            <p className="flex items-center gap-2 font-medium text-ok">
              <CheckIcon />
              <span>
                ההגדרות נשמרו{' '}
                <span className="sr-only">
                  בשעה <Moment at={new Date(savedAt)} as="clock" />
                </span>
              </span>
            </p>
          )}
        </div>
      </div>
    </Form>
  );
}

/** Puts the failure before the page's title, where a screen reader and a tab show it first. */
function useErrorInTitle(failed: boolean): void {
  useEffect(() => {
    if (!failed) return;
    const before = document.title;
    document.title = `שגיאה: ${before}`;
    return () => {
      document.title = before;
    };
  }, [failed]);
}
