import { enhanced, isTouched } from './enhanced.tsx';
import { BOX_CLASS, FieldFrame, describe } from './field-frame.tsx';
import type { DateFieldProps, TimeFieldProps } from './rich-props.ts';

/** A day: sends `2026-11-28`. The browser's own field until the calendar in Hebrew has come, and on a touch screen. */
export const DateField = enhanced<DateFieldProps>(
  (props) => (
    <FieldFrame {...props}>
      <input
        {...describe(props)}
        type="date"
        min={props.min}
        max={props.max}
        defaultValue={props.value}
        readOnly={props.readOnly}
        className={`${BOX_CLASS} h-11 sm:max-w-56 tabular-nums`}
      />
    </FieldFrame>
  ),
  () => import('./date-field-rich.tsx'),
  isTouched,
);

/** A time of day: sends `09:30`. */
export const TimeField = enhanced<TimeFieldProps>(
  (props) => (
    <FieldFrame {...props}>
      <input
        {...describe(props)}
        type="time"
        defaultValue={props.value}
        readOnly={props.readOnly}
        className={`${BOX_CLASS} h-11 max-w-36 tabular-nums`}
      />
    </FieldFrame>
  ),
  () => import('./time-field-rich.tsx'),
  isTouched,
);
