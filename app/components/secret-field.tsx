import { CheckboxField } from './choice-fields.tsx';
import { BOX_CLASS, FieldFrame, describe, type ControlProps } from './field-frame.tsx';

/** What is shown of a secret that is set. */
export interface ShownSecret {
  /** Its last characters; empty where they would tell it. */
  readonly lastFour: string;
}

/** A secret: written only. What stands in the box is a new one; left empty, the one that is set stays. */
export function SecretField(props: ControlProps & { readonly set: ShownSecret | null }) {
  const { set, readOnly = false, ...control } = props;
  const state =
    set === null ? 'לא הוגדר' : set.lastFour === '' ? 'מוגדר' : `מוגדר, מסתיים ב־\u2066${set.lastFour}\u2069`;
  if (readOnly) {
    return (
      <div>
        <p className="mb-1.5 font-medium">{props.label}</p>
        <p className="text-muted">{state}. רק בעל העסק יכול לשנות.</p>
      </div>
    );
  }
  return (
    <div>
      <FieldFrame {...control}>
        <input
          {...describe(control)}
          type="password"
          dir="ltr"
          data-secret=""
          autoComplete="new-password"
          spellCheck={false}
          maxLength={4000}
          placeholder={set === null ? ' ' : `••••••••${set.lastFour}`}
          className={`${BOX_CLASS} text-start`}
        />
      </FieldFrame>
      {set === null ? null : (
        <div className="mt-1.5">
          <p className="text-sm text-muted">{state}. השארה ריקה אינה משנה אותו.</p>
          <CheckboxField name={`_clear.${props.name}`} label={`מחיקה: ${props.label}`} />
        </div>
      )}
    </div>
  );
}
