import { Link } from '@remix-run/react';
import { buttonClass } from './button.tsx';
import { BackIcon, ForwardIcon } from './icons.tsx';

interface PaginationProps {
  /** Names what is paged: "דפי השיחות". */
  readonly label: string;
  /** Address of what is newer, or of the beginning; null on the first page. */
  readonly newer: string | null;
  /** Address of what is older; null on the last page. */
  readonly older: string | null;
  readonly newerText?: string;
  readonly olderText?: string;
}

/** The way through a list that is read by cursor (from the newest): no page numbers, since nobody counts the rows. */
export function Pagination({
  label,
  newer,
  older,
  newerText = 'לתחילת הרשימה',
  olderText = 'לקודמות',
}: PaginationProps) {
  if (newer === null && older === null) return null;
  return (
    <nav aria-label={label} className="mt-6 flex flex-wrap justify-between gap-3">
      {newer === null ? (
        <span />
      ) : (
        <Link to={newer} className={buttonClass('secondary')}>
          <BackIcon />
          {newerText}
        </Link>
      )}
      {older === null ? null : (
        <Link to={older} className={buttonClass('secondary')}>
          {olderText}
          <ForwardIcon />
        </Link>
      )}
    </nav>
  );
}
