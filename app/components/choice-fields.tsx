import { BOX_CLASS, FieldFrame, HelpAndError, describe, type ControlProps } from './field-frame.tsx';

/** One choice of several. */
export interface Option {
  readonly value: string;
  readonly label: string;
}

const CHOICE_CLASS =
  'inline-flex min-h-11 cursor-pointer items-center gap-2.5 rounded-control border border-edge bg-surface px-3.5 py-1.5 transition-colors hover:border-accent-text has-checked:border-accent has-checked:bg-accent-soft';

/** Names the control as one the form showed: an unticked box sends nothing by itself. */
function Shown({ name }: { name: string }) {
  return <input type="hidden" name="_shown" value={name} />;
}

/** On or off: a native checkbox that looks like a switch. */
export function SwitchField(props: ControlProps & { readonly checked: boolean }) {
  return (
    <div className="flex items-start gap-3.5">
      <Shown name={props.name} />
      <span className="relative mt-0.5 inline-flex shrink-0">
        <input
          {...describe(props)}
          type="checkbox"
          defaultChecked={props.checked}
          className="peer h-6 w-11 cursor-pointer appearance-none rounded-full border border-edge bg-sunken transition-colors checked:border-accent checked:bg-accent forced-colors:appearance-auto"
        />
        <span
          aria-hidden="true"
          className="pointer-events-none absolute start-1 top-1 size-4 rounded-full bg-edge transition-transform peer-checked:bg-on-accent peer-checked:ltr:translate-x-5 peer-checked:rtl:-translate-x-5 forced-colors:hidden"
        />
      </span>
      <div className="min-w-0">
        <label htmlFor={props.id ?? props.name} className="cursor-pointer font-medium">
          {props.label}
        </label>
        <HelpAndError {...props} />
      </div>
    </div>
  );
}

/** One box to tick: sends `on`, or nothing. For "I agree" and for filters; a setting is a {@link SwitchField}. */
export function CheckboxField(props: ControlProps & { readonly checked?: boolean; readonly value?: string }) {
  return (
    <div className="flex min-h-11 items-start gap-3 py-2.5">
      <input
        {...describe(props)}
        type="checkbox"
        value={props.value}
        defaultChecked={props.checked}
        className="mt-0.5 size-5 shrink-0 cursor-pointer accent-accent"
      />
      <div className="min-w-0">
        <label htmlFor={props.id ?? props.name} className="cursor-pointer">
          {props.label}
        </label>
        <HelpAndError {...props} />
      </div>
    </div>
  );
}

/** One of a few, all in sight. With more than five take a {@link SelectField}. */
export function RadioField(props: ControlProps & { readonly value: string; readonly options: readonly Option[] }) {
  const { id, name, ...described } = describe(props);
  return (
    <fieldset id={id} tabIndex={-1} aria-describedby={described['aria-describedby']}>
      <legend className="mb-2 font-medium">{props.label}</legend>
      <div className="flex flex-wrap gap-2.5">
        {props.options.map((option) => (
          <label key={option.value} className={CHOICE_CLASS}>
            <input
              type="radio"
              name={name}
              value={option.value}
              defaultChecked={props.value === option.value}
              className="size-4.5 cursor-pointer accent-accent"
            />
            {option.label}
          </label>
        ))}
      </div>
      <HelpAndError {...props} />
    </fieldset>
  );
}

interface SelectProps {
  readonly id?: string;
  readonly name: string;
  readonly value: string;
  readonly options: readonly Option[];
  /** Of the frame: how wide it is. */
  readonly className?: string;
  readonly 'aria-label'?: string;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-invalid'?: boolean | undefined;
}

/** The native select in the looks of the product, without a label: for a control of several parts. */
export function Select({ value, options, className = '', ...rest }: SelectProps) {
  return (
    <div className={`relative ${className}`}>
      <select {...rest} defaultValue={value} className={`${BOX_CLASS} cursor-pointer appearance-none truncate pe-10`}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <span
        aria-hidden="true"
        className="chevron-mask pointer-events-none absolute inset-y-0 end-3 my-auto size-5 bg-muted"
      />
    </div>
  );
}

/** One of several. A stored value that is no option any more stays selectable, so that saving does not change it. */
export function SelectField(props: ControlProps & { readonly value: string; readonly options: readonly Option[] }) {
  const known = props.options.some((option) => option.value === props.value);
  const options = known ? props.options : [{ value: props.value, label: props.value }, ...props.options];
  return (
    <FieldFrame {...props}>
      <Select {...describe(props)} value={props.value} options={options} className="max-w-sm" />
    </FieldFrame>
  );
}

/** Any number of several. */
export function ChecklistField(
  props: ControlProps & { readonly values: readonly string[]; readonly options: readonly Option[] },
) {
  const { id, name, ...described } = describe(props);
  return (
    <fieldset id={id} tabIndex={-1} aria-describedby={described['aria-describedby']}>
      <Shown name={name} />
      <legend className="mb-2 font-medium">{props.label}</legend>
      <div className="flex flex-wrap gap-2.5">
        {props.options.map((option) => (
          <label key={option.value} className={CHOICE_CLASS}>
            <input
              type="checkbox"
              name={name}
              value={option.value}
              defaultChecked={props.values.includes(option.value)}
              aria-invalid={described['aria-invalid']}
              className="size-4.5 cursor-pointer accent-accent"
            />
            {option.label}
          </label>
        ))}
      </div>
      <HelpAndError {...props} />
    </fieldset>
  );
}
