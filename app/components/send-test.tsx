import { useNavigation } from '@remix-run/react';
import { Button } from './button.tsx';
import { Ltr } from './ltr.tsx';
import { Notice } from './notice.tsx';
import { SendIcon } from './icons.tsx';

/** What came of a test. */
export interface TestAnswer {
  /** Of which card. */
  readonly source: string;
  readonly ok: boolean;
  /** Hebrew. */
  readonly text: string;
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  /** Null when nothing was sent. */
  readonly durationMs: number | null;
  /** The beginning of the answer's body. */
  readonly body: string;
}

/** Sends a made-up call to what stands in the form, saved or not, and shows the answer. */
export function SendTest({ source, answer }: { source: string; answer: TestAnswer | undefined }) {
  const navigation = useNavigation();
  const busy = navigation.state !== 'idle' && navigation.formData?.get('_test') === source;
  return (
    <div className="border-t border-line pt-5">
      <Button type="submit" look="secondary" name="_test" value={source} busy={busy} busyText="שולח…">
        <SendIcon className="size-4" />
        שליחת בדיקה
      </Button>
      <p className="mt-1.5 text-sm text-muted">שולחת שיחה לדוגמה לכתובת שבטופס, גם לפני שמירה. ההגדרות לא נשמרות.</p>
      <div role="status" className="mt-3 empty:hidden">
        {answer === undefined || busy ? null : (
          <Notice tone={answer.ok ? 'ok' : 'danger'}>
            <p className="font-semibold">{answer.text}</p>
            {answer.durationMs === null ? null : (
              <p className="mt-1 text-sm">
                {answer.status === null ? null : (
                  <>
                    <Ltr>{`HTTP ${answer.status}`}</Ltr> ·{' '}
                  </>
                )}
                {answer.durationMs} מ״ש
              </p>
            )}
            {answer.body === '' ? null : (
              <pre
                dir="ltr"
                className="mt-2 max-h-40 overflow-y-auto rounded-control bg-surface p-2 text-start text-sm wrap-anywhere whitespace-pre-wrap text-ink"
              >
                {answer.body}
              </pre>
            )}
          </Notice>
        )}
      </div>
    </div>
  );
}
