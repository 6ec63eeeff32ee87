import { BOX_CLASS, FieldGroup, type ControlProps } from './field-frame.tsx';
import { Select, type Option } from './choice-fields.tsx';

/** A detail of the business's own as it stands in its row. */
export interface LeadFieldRow {
  /** Empty in a new row until it is saved. */
  readonly key: string;
  readonly label: string;
  readonly kind: string;
  /** Of a choice, with commas between them. */
  readonly options: string;
  /** When it is asked for; {@link NOT_ASKED} for one that was removed. */
  readonly ask: string;
  /** Stored before: its key stays as it is. */
  readonly stored: boolean;
}

/** Stands among the choices of when to ask: what was collected stays, the detail is asked for no more. */
export const NOT_ASKED = 'removed';

/** Empty rows below those that are there. */
const SPARE_ROWS = 3;

const NEW: LeadFieldRow = { key: '', label: '', kind: 'text', options: '', ask: 'always', stored: false };

interface LeadFieldsProps extends ControlProps {
  readonly value: readonly LeadFieldRow[];
  readonly most: number;
  readonly kinds: readonly Option[];
  readonly asks: readonly Option[];
}

/** The details a business collects beside the fixed ones. Needs no script: a row left empty is none, and more wait in a fold. */
export function LeadFieldsField(props: LeadFieldsProps) {
  const asked = props.value.filter(({ ask }) => ask !== NOT_ASKED);
  const removed = props.value.filter(({ ask }) => ask === NOT_ASKED);
  const spare = Math.min(SPARE_ROWS, Math.max(0, props.most - asked.length));
  const row = (field: LeadFieldRow, index: number) => (
    <FieldRow key={field.key === '' ? index : field.key} field={field} number={index + 1} {...props} />
  );
  return (
    <FieldGroup {...props}>
      {asked.length === 0 ? null : <ol className="mb-3 space-y-3">{asked.map(row)}</ol>}
      {spare === 0 ? null : (
        <Fold text="+ פרט נוסף" open={asked.some(({ stored }) => !stored)}>
          {Array.from({ length: spare }, (_, index) => row(NEW, asked.length + index))}
        </Fold>
      )}
      {removed.length === 0 ? null : (
        <Fold text={`פרטים שהוסרו (${removed.length})`} open={false}>
          {removed.map((field, index) => row(field, asked.length + spare + index))}
        </Fold>
      )}
    </FieldGroup>
  );
}

function Fold({ text, open, children }: { text: string; open: boolean; children: React.ReactNode }) {
  return (
    <details open={open} className="mt-2">
      <summary className="inline-flex min-h-6 cursor-pointer items-center rounded-control text-sm font-medium text-accent-text">
        {text}
      </summary>
      <ol className="mt-3 space-y-3">{children}</ol>
    </details>
  );
}

function FieldRow(props: LeadFieldsProps & { readonly field: LeadFieldRow; readonly number: number }) {
  const { name, field, number, kinds, asks, error } = props;
  const which = field.label === '' ? `פרט נוסף ${number}` : field.label;
  const invalid = error === undefined ? undefined : true;
  const text = (part: 'label' | 'options', label: string, placeholder: string, className = '') => (
    <label className={`min-w-48 flex-1 ${className}`}>
      <span className="mb-1 block text-sm text-muted">{label}</span>
      <input
        name={`${name}.${part}`}
        aria-label={`${which}, ${label}`}
        aria-invalid={invalid}
        dir="auto"
        autoComplete="off"
        placeholder={placeholder}
        defaultValue={field[part]}
        className={`${BOX_CLASS} text-start`}
      />
    </label>
  );
  const choice = (part: 'kind' | 'ask', label: string, options: readonly Option[]) => (
    <label className="max-sm:w-full">
      <span className="mb-1 block text-sm text-muted">{label}</span>
      <Select
        name={`${name}.${part}`}
        aria-label={`${which}, ${label}`}
        value={field[part]}
        options={options}
        className="sm:w-42"
      />
    </label>
  );
  return (
    <li className="lead-field flex flex-wrap items-end gap-3 rounded-control border border-line p-3">
      <input type="hidden" name={`${name}.stored`} value={field.stored ? 'yes' : ''} />
      {text('label', 'שם הפרט', 'תקציב')}
      {choice('kind', 'סוג', kinds)}
      {choice('ask', 'מתי לשאול', [...asks, ...(field.stored ? [{ value: NOT_ASKED, label: 'לא לשאול עוד' }] : [])])}
      <label>
        <span className="mb-1 block text-sm text-muted">מקום בסדר</span>
        <input
          type="number"
          name={`${name}.order`}
          aria-label={`${which}, מקום בסדר`}
          min={1}
          max={99}
          defaultValue={number}
          dir="ltr"
          className={`${BOX_CLASS} w-20! px-2! text-center tabular-nums`}
        />
      </label>
      {text('options', 'אפשרויות לבחירה, עם פסיק ביניהן', 'דירה, בית פרטי, מגרש', 'only-of-choice')}
      {field.stored ? (
        <span className="min-h-11 content-center text-sm text-muted">
          <input type="hidden" name={`${name}.key`} value={field.key} />
          מפתח: <code dir="ltr">{field.key}</code>
        </span>
      ) : (
        <label>
          <span className="mb-1 block text-sm text-muted">מפתח באנגלית (לא חובה)</span>
          <input
            name={`${name}.key`}
            aria-label={`${which}, מפתח באנגלית`}
            aria-invalid={invalid}
            dir="ltr"
            autoComplete="off"
            spellCheck={false}
            placeholder="budget"
            defaultValue={field.key}
            className={`${BOX_CLASS} w-40!`}
          />
        </label>
      )}
    </li>
  );
}
