import { Form, useLocation, useNavigation } from '@remix-run/react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { TabAnswer } from '../settings/tab.server.ts';
import { SEEN } from '../settings/draft.ts';
import { useDraft } from '../settings/use-draft.ts';
import { Button } from './button.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import { ErrorSummary } from './error-summary.tsx';
import { CheckIcon, EditIcon } from './icons.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { Moment } from './moment.tsx';
import { Notice } from './notice.tsx';
import { OfBusiness } from './own-form.tsx';

interface SettingsFormProps {
  /** The server's answer to a form it did not save. */
  readonly answer: TabAnswer | undefined;
  /** When the form was saved just now, ms, or null. */
  readonly savedAt: number | null;
  /** Field name → its label, for the summary of errors. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names what stands in the controls, so that a save can tell what others changed in the meantime. */
  readonly seen: string;
  /** Under which what is typed is kept in the browser's tab. */
  readonly draftKey: string;
  readonly children: ReactNode;
}

/** One tab of the settings: its cards, and the one button that saves them all. */
export function SettingsForm({ answer, savedAt, labels, seen, draftKey, children }: SettingsFormProps) {
  const navigation = useNavigation();
  // Without what another form of the page may have left in the address.
  const { pathname } = useLocation();
  const busy = navigation.state !== 'idle' && navigation.formMethod === 'POST' && !navigation.formData?.has('_test');
  const wrong = answer !== undefined && Object.keys(answer.fields).length > 0;
  const conflicts = answer?.conflicts ?? [];
  useErrorInTitle(wrong || conflicts.length > 0);
  const form = useRef<HTMLFormElement>(null);
  const draft = useDraft(form, draftKey, savedAt, answer !== undefined);
  return (
    <Form ref={form} method="post" action={pathname} noValidate preventScrollReset>
      <OfBusiness />
      <LeaveGuard dirty={draft.dirty && !busy} />
      {/* The first button of a form is the one that Enter presses. */}
      <button type="submit" tabIndex={-1} aria-hidden="true" className="hidden">
        שמירה
      </button>
      {/* After a save the controls begin anew from what was stored. */}
      <div key={savedAt ?? 'first'} className="space-y-6">
        <Seen value={answer === undefined || answer.seen === '' ? seen : answer.seen} />
        {wrong ? <ErrorSummary fields={answer.fields} labels={labels} attempt={answer.at} /> : null}
        {conflicts.length > 0 ? <ConflictNotice conflicts={conflicts} attempt={answer?.at} /> : null}
        <div role="status" className="empty:hidden">
          {draft.restored ? (
            <Notice tone="info">
              <span className="flex flex-wrap items-center gap-x-4 gap-y-2">
                שוחזרו שינויים שלא נשמרו
                <Button type="button" look="quiet" size="small" onClick={draft.discard}>
                  ביטול השינויים
                </Button>
              </span>
            </Notice>
          ) : null}
        </div>
        {children}
      </div>
      <div className="sticky bottom-16 z-20 -mx-4 mt-8 -mb-10 flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line bg-canvas px-4 py-3 md:-mx-8 md:px-8 lg:bottom-0 lg:mb-0">
        <Button type="submit" busy={busy} busyText="שומר…">
          שמור הגדרות
        </Button>
        <div role="status" className="min-w-0">
          {busy ? null : draft.dirty ? (
            <p className="flex items-center gap-2 font-medium text-warn">
              <EditIcon />
              יש שינויים שלא נשמרו
            </p>
          ) : savedAt === null || answer !== undefined ? null : (
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

/** What was seen when the controls were filled; a page that is read again meanwhile does not change it. */
function Seen({ value }: { value: string }) {
  const [first] = useState(value);
  return <input type="hidden" name={SEEN} defaultValue={first} />;
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
