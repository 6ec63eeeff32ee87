import type { ControlProps } from './field-frame.tsx';
import { TextField } from './text-fields.tsx';

interface PasswordFieldProps extends Omit<ControlProps, 'help' | 'readOnly'> {
  /** Which password: the one somebody has, or one to choose. Password managers are told as well. */
  readonly asks: 'current' | 'new';
  /** Characters a chosen one has at least; said below the box. */
  readonly minLength?: number;
}

/** A password. What was typed is never sent back, so the box is empty whenever it is shown. */
export function PasswordField({ asks, minLength, ...control }: PasswordFieldProps) {
  return (
    <TextField
      {...control}
      {...(minLength === undefined ? {} : { help: `לפחות ${minLength} תווים. משפט קצר שקל לזכור הוא סיסמה טובה.` })}
      type="password"
      dir="ltr"
      autoComplete={`${asks}-password`}
      value=""
      required
    />
  );
}
