/** What floats above the page: lists of options, menus, calendars. */
export const POPOVER_CLASS =
  'popover rounded-control border border-line bg-surface text-ink shadow-float outline-none forced-colors:border-2';

/** A row of a list or menu that floats. */
export const ROW_CLASS =
  'flex min-h-11 cursor-pointer items-center gap-3 rounded-control px-3 text-start outline-none hover:bg-sunken data-focused:bg-accent-soft data-focused:text-accent-text data-selected:font-semibold data-disabled:cursor-not-allowed data-disabled:opacity-60 forced-colors:data-focused:outline-2';
