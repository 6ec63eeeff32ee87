import { parseDate, type CalendarDate } from '@internationalized/date';
import { Button } from 'react-aria-components/Button';
import {
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Heading,
} from 'react-aria-components/Calendar';
import { DateInput, DatePicker, DateSegment, Group, Label, Popover } from 'react-aria-components/DatePicker';
import { Dialog } from 'react-aria-components/Dialog';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { BOX_CLASS, HelpAndError, describe } from './field-frame.tsx';
import { BackIcon, CalendarIcon, ForwardIcon } from './icons.tsx';
import { POPOVER_CLASS } from './popover-class.ts';
import type { DateFieldProps } from './rich-props.ts';
import { SEGMENT_CLASS } from './segment-class.ts';

/** A day as the form sends it, or null when it is none. */
function dayOf(text: string | undefined): CalendarDate | null {
  try {
    return text === undefined ? null : parseDate(text);
  } catch {
    return null;
  }
}

const STEP_CLASS =
  'grid size-11 cursor-pointer place-items-center rounded-control hover:bg-sunken data-disabled:opacity-40';

/** A day, typed in parts or picked from a month that begins on Sunday. */
export default function RichDateField(props: DateFieldProps) {
  const { id, 'aria-describedby': describedBy } = describe(props);
  return (
    <I18nProvider locale="he-IL">
      <DatePicker
        id={id}
        name={props.name}
        defaultValue={dayOf(props.value)}
        minValue={dayOf(props.min)}
        maxValue={dayOf(props.max)}
        isReadOnly={props.readOnly ?? false}
        isInvalid={props.error !== undefined}
        validationBehavior="aria"
        shouldForceLeadingZeros
        {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
      >
        <Label className="mb-1.5 block font-medium">{props.label}</Label>
        <Group className={`${BOX_CLASS} flex h-11 sm:max-w-56 items-center py-0 pe-0 data-invalid:border-danger`}>
          <DateInput dir="ltr" className="flex flex-1 justify-end tabular-nums">
            {(segment) => <DateSegment segment={segment} className={SEGMENT_CLASS} />}
          </DateInput>
          <Button
            aria-label="בחירה מלוח שנה"
            className="grid size-10.5 shrink-0 cursor-pointer place-items-center rounded-control text-muted hover:text-ink"
          >
            <CalendarIcon />
          </Button>
        </Group>
        <HelpAndError {...props} />
        <Popover className={POPOVER_CLASS}>
          <Dialog className="p-3 outline-none">
            <Calendar firstDayOfWeek="sun">
              <header className="mb-2 flex items-center justify-between">
                <Button slot="previous" aria-label="החודש הקודם" className={STEP_CLASS}>
                  <BackIcon />
                </Button>
                <Heading level={2} className="font-semibold" />
                <Button slot="next" aria-label="החודש הבא" className={STEP_CLASS}>
                  <ForwardIcon />
                </Button>
              </header>
              <CalendarGrid weekdayStyle="narrow">
                <CalendarGridHeader>
                  {(day) => (
                    <CalendarHeaderCell className="size-10 text-sm font-medium text-muted">{day}</CalendarHeaderCell>
                  )}
                </CalendarGridHeader>
                <CalendarGridBody>
                  {(date) => (
                    <CalendarCell
                      date={date}
                      className="grid size-10 cursor-pointer place-items-center rounded-control tabular-nums outline-none hover:bg-sunken data-disabled:cursor-default data-disabled:text-muted data-disabled:line-through data-focus-visible:outline-3 data-focus-visible:outline-accent-text data-outside-month:hidden data-selected:bg-accent data-selected:text-on-accent data-unavailable:line-through"
                    />
                  )}
                </CalendarGridBody>
              </CalendarGrid>
            </Calendar>
          </Dialog>
        </Popover>
      </DatePicker>
    </I18nProvider>
  );
}
