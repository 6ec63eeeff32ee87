import { Button } from './button.tsx';
import { OwnForm } from './own-form.tsx';

interface RowFormProps {
  readonly form: string;
  readonly name: string;
  readonly id: string;
  readonly text: string;
  /** Whom it is about, for a screen reader. */
  readonly about: string;
}

/** A button in a row of a list that sends what it concerns. */
export function RowForm({ form, name, id, text, about }: RowFormProps) {
  return (
    <OwnForm method="post" preventScrollReset>
      <input type="hidden" name="form" value={form} />
      <input type="hidden" name={name} value={id} />
      <RowButton text={text} about={about} />
    </OwnForm>
  );
}

/** The button of such a form. */
export function RowButton({ text, about }: { text: string; about: string }) {
  return (
    <Button type="submit" look="secondary" className="shrink-0">
      <RowText text={text} about={about} />
    </Button>
  );
}

/** What a button of a row does; to a screen reader also for whom. */
export function RowText({ text, about }: { text: string; about: string }) {
  return (
    <>
      {text}
      <span className="sr-only">: {about}</span>
    </>
  );
}
