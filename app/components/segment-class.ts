/** One part of a date or a time: the day, the hour. */
export const SEGMENT_CLASS =
  'rounded-sm px-0.5 text-center -outline-offset-1 data-placeholder:text-muted data-focused:bg-accent data-focused:text-on-accent';
