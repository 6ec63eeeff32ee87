import type { ReactNode } from 'react';
import { AlertIcon } from './icons.tsx';

/** What every control of a form is told. */
export interface ControlProps {
  /** The name it is sent under; its id is the same unless `id` says otherwise. */
  readonly name: string;
  readonly label: string;
  /** For a page with two controls of one name. */
  readonly id?: string | undefined;
  readonly help?: string | undefined;
  /** Hebrew; shown beside the control. */
  readonly error?: string | undefined;
  readonly readOnly?: boolean | undefined;
}

/** The element ids of a control and the attributes that tie it to its help and error. */
export function describe({ name, id = name, help, error }: ControlProps) {
  const ids = [help === undefined ? '' : `${id}-help`, error === undefined ? '' : `${id}-error`].filter(Boolean);
  return {
    id,
    name,
    'aria-describedby': ids.length > 0 ? ids.join(' ') : undefined,
    'aria-invalid': error === undefined ? undefined : true,
  } as const;
}

/** The help and the error of a control. */
export function HelpAndError({ name, id = name, help, error }: Pick<ControlProps, 'name' | 'id' | 'help' | 'error'>) {
  return (
    <>
      {help === undefined ? null : (
        <p id={`${id}-help`} className="mt-1.5 text-sm text-muted">
          {help}
        </p>
      )}
      {error === undefined ? null : (
        <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm font-medium text-danger">
          <AlertIcon className="mt-0.5 size-4" />
          {error}
        </p>
      )}
    </>
  );
}

/** A label above, help and error below a control that fills the line. */
export function FieldFrame({ children, ...props }: ControlProps & { children: ReactNode }) {
  return (
    <div className="min-w-0">
      <label htmlFor={props.id ?? props.name} className="mb-1.5 block font-medium">
        {props.label}
      </label>
      {children}
      <HelpAndError {...props} />
    </div>
  );
}

/** A control of several inputs, under one legend. They need no script: a form that shows it says so by `_shown`. */
export function FieldGroup({ children, ...props }: ControlProps & { readonly children: ReactNode }) {
  return (
    <fieldset id={props.name} tabIndex={-1} aria-describedby={describe(props)['aria-describedby']} className="min-w-0">
      <input type="hidden" name="_shown" value={props.name} />
      <legend className="mb-2 font-medium">{props.label}</legend>
      {children}
      <HelpAndError {...props} />
    </fieldset>
  );
}

/** The box of a control that takes text. */
export const BOX_CLASS =
  'block w-full min-h-11 rounded-control border border-edge bg-surface px-3.5 py-2 text-ink placeholder:text-muted transition-colors hover:border-accent-text [&[readonly]]:bg-sunken aria-invalid:border-danger aria-invalid:bg-danger-soft';
