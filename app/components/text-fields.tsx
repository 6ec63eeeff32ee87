import type { HTMLInputAutoCompleteAttribute } from 'react';
import { BOX_CLASS, FieldFrame, describe, type ControlProps } from './field-frame.tsx';

// An empty box has always a placeholder, if only a blank: by it the style sheet knows the box is empty.

interface TextFieldProps extends ControlProps {
  readonly value: string;
  readonly type?: 'text' | 'email' | 'password' | 'tel' | 'url' | 'date' | 'search';
  readonly dir?: 'ltr' | 'auto';
  readonly placeholder?: string | undefined;
  readonly inputMode?: 'url' | 'text' | 'tel' | 'email' | 'search' | 'numeric' | undefined;
  readonly autoComplete?: HTMLInputAutoCompleteAttribute;
  readonly maxLength?: number;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
}

/** One line of text. Uncontrolled: `value` is what stands there at first, the form sends what is typed. */
export function TextField(props: TextFieldProps) {
  const { value, type = 'text', dir = 'auto', placeholder, inputMode, autoComplete = 'off', readOnly } = props;
  return (
    <FieldFrame {...props}>
      <input
        {...describe(props)}
        type={type}
        dir={dir}
        defaultValue={value}
        placeholder={placeholder ?? ' '}
        inputMode={inputMode}
        autoComplete={autoComplete}
        maxLength={props.maxLength}
        required={props.required}
        readOnly={readOnly}
        autoFocus={props.autoFocus}
        spellCheck={dir === 'ltr' ? false : undefined}
        className={`${BOX_CLASS} text-start`}
      />
    </FieldFrame>
  );
}

type SpecialProps = Omit<TextFieldProps, 'type' | 'dir' | 'inputMode'>;

/** A telephone number, typed and shown left to right. */
export function PhoneField(props: SpecialProps) {
  return <TextField {...props} type="tel" dir="ltr" inputMode="tel" />;
}

/** An e-mail address, typed and shown left to right. */
export function EmailField(props: SpecialProps) {
  return <TextField {...props} type="email" dir="ltr" inputMode="email" />;
}

/** What to look for. */
export function SearchField(props: SpecialProps) {
  return <TextField {...props} type="search" inputMode="search" />;
}

interface TextAreaProps extends ControlProps {
  readonly value: string;
  readonly rows?: number | undefined;
  readonly dir?: 'ltr' | 'auto';
  readonly placeholder?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly required?: boolean | undefined;
}

/** Several lines of text. */
export function TextArea(props: TextAreaProps) {
  return (
    <FieldFrame {...props}>
      <textarea
        {...describe(props)}
        dir={props.dir ?? 'auto'}
        rows={props.rows ?? 4}
        defaultValue={props.value}
        placeholder={props.placeholder ?? ' '}
        spellCheck={props.dir === 'ltr' ? false : undefined}
        readOnly={props.readOnly}
        maxLength={props.maxLength}
        required={props.required}
        className={`${BOX_CLASS} resize-y text-start leading-relaxed`}
      />
    </FieldFrame>
  );
}

interface NumberFieldProps extends ControlProps {
  readonly value: string;
  readonly min: number;
  readonly max: number;
  readonly unit?: string | undefined;
}

/** A whole number between two bounds, with its unit behind it. */
export function NumberField(props: NumberFieldProps) {
  return (
    <FieldFrame {...props}>
      <div className="flex items-center gap-2.5">
        <input
          {...describe(props)}
          type="number"
          dir="ltr"
          inputMode="numeric"
          min={props.min}
          max={props.max}
          step={1}
          defaultValue={props.value}
          readOnly={props.readOnly}
          className={`${BOX_CLASS} max-w-32 text-center tabular-nums`}
        />
        {props.unit === undefined ? null : <span className="text-muted">{props.unit}</span>}
      </div>
    </FieldFrame>
  );
}
