import { parseTime, type Time } from '@internationalized/date';
import { DateInput, DateSegment, Label, TimeField } from 'react-aria-components/TimeField';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { BOX_CLASS, HelpAndError, describe } from './field-frame.tsx';
import type { TimeFieldProps } from './rich-props.ts';
import { SEGMENT_CLASS } from './segment-class.ts';

/** A time as the form sends it, or null when it is none. */
function timeOf(text: string): Time | null {
  try {
    return parseTime(text);
  } catch {
    return null;
  }
}

/** Hours and minutes, typed or stepped with the arrows. */
export default function RichTimeField(props: TimeFieldProps) {
  const { id, 'aria-describedby': describedBy } = describe(props);
  return (
    <I18nProvider locale="he-IL">
      <TimeField
        id={id}
        name={props.name}
        defaultValue={timeOf(props.value)}
        hourCycle={24}
        granularity="minute"
        isReadOnly={props.readOnly ?? false}
        isInvalid={props.error !== undefined}
        validationBehavior="aria"
        shouldForceLeadingZeros
        {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
      >
        <Label className="mb-1.5 block font-medium">{props.label}</Label>
        <DateInput
          dir="ltr"
          className={`${BOX_CLASS} flex h-11 max-w-36 items-center tabular-nums data-invalid:border-danger`}
        >
          {(segment) => <DateSegment segment={segment} className={SEGMENT_CLASS} />}
        </DateInput>
        <HelpAndError {...props} />
      </TimeField>
    </I18nProvider>
  );
}
