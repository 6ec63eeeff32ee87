import type { FormFailure } from '../form-failure.server.ts';
import { ErrorSummary } from './error-summary.tsx';

/** The summary of what is wrong with one form of a page; nothing while that form has no failure. */
export function FormProblem({
  failure,
  form,
  labels = {},
}: {
  readonly failure: FormFailure | null;
  readonly form: string;
  readonly labels?: Readonly<Record<string, string>>;
}) {
  if (failure?.form !== form) return null;
  return (
    <ErrorSummary
      fields={failure.fields}
      labels={labels}
      message={failure.message ?? 'יש לתקן את השדות הבאים:'}
      attempt={failure.at}
    />
  );
}
