import { Link, useLocation } from '@remix-run/react';
import type { Key, ReactNode } from 'react';
import { ChevronDownIcon } from './icons.tsx';

/** A column of a {@link Table}. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Null where a row has nothing here: a dash in the table, and no line on a card. */
  readonly cell: (row: Row) => ReactNode;
  /** The value of `?sort=` that orders by this column, upwards; with `-` before it downwards. */
  readonly sort?: string;
  /** Numbers stand at the end of their cell, below one another. */
  readonly numeric?: boolean;
  /** Where the title would only repeat what the cell shows: actions, an icon. It stays for screen readers. */
  readonly titleHidden?: boolean;
}

interface TableProps<Row> {
  /** What the table holds, for a screen reader: "שיחות, מהחדשה לישנה". */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => Key;
  /** The page of a row: the first cell becomes its link, and the whole row can be clicked. */
  readonly rowTo?: (row: Row) => string;
  /** The order of the rows, as `?sort=` names it: `name`, or `-name` for downwards. */
  readonly sorted?: string | undefined;
}

// A row laid out as a card is no row to a browser any more; the roles keep it one for screen readers.

/**
 * Rows and columns; below 768 px each row is a card with the names of its columns. The server sorts: a header with
 * `sort` is a link that keeps the other parameters of the address and drops `cursor`.
 */
export function Table<Row>({ caption, columns, rows, rowKey, rowTo, sorted }: TableProps<Row>) {
  return (
    <div className="md:overflow-x-auto md:rounded-card md:border md:border-line md:bg-surface md:shadow-card">
      <table role="table" className="block w-full text-start md:table">
        <caption className="sr-only">{caption}</caption>
        <thead role="rowgroup" className="hidden border-b border-line bg-sunken md:table-header-group">
          <tr role="row">
            {columns.map((column) => (
              <Header key={column.key} column={column} sorted={sorted} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="block space-y-3 md:table-row-group">
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              role="row"
              className="relative block rounded-card border border-line bg-surface p-4 shadow-card transition-colors md:table-row md:rounded-none md:border-x-0 md:border-t-0 md:p-0 md:shadow-none md:last:border-b-0 md:hover:bg-sunken"
            >
              {columns.map((column, index) => (
                <Cell key={column.key} column={column} first={index === 0}>
                  {index === 0 && rowTo !== undefined ? (
                    <Link
                      to={rowTo(row)}
                      prefetch="intent"
                      className="after:absolute after:inset-0 after:rounded-card hover:text-accent-text"
                    >
                      {column.cell(row)}
                    </Link>
                  ) : (
                    column.cell(row)
                  )}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps<Row> {
  readonly column: Column<Row>;
  readonly first: boolean;
  readonly children: ReactNode;
}

function Cell<Row>({ column, first, children }: CellProps<Row>) {
  const card = first
    ? 'mb-2 block font-semibold md:mb-0'
    : children === null
      ? 'hidden'
      : 'flex items-baseline justify-between gap-4 py-1';
  return (
    <td
      role="cell"
      className={`${card} min-w-0 md:table-cell md:px-4 md:py-3.5 md:align-middle md:first:ps-6 md:last:pe-6 ${column.numeric ? 'tabular-nums md:text-end' : ''}`}
    >
      {first || column.titleHidden ? null : (
        <span aria-hidden="true" className="shrink-0 text-sm text-muted md:hidden">
          {column.title}
        </span>
      )}
      <div className="min-w-0 wrap-anywhere md:wrap-break-word">
        {children ?? <span className="text-muted">—</span>}
      </div>
    </td>
  );
}

function Header<Row>({ column, sorted }: { column: Column<Row>; sorted: string | undefined }) {
  const { pathname, search } = useLocation();
  const { sort, title } = column;
  const order =
    sort === undefined ? undefined : sorted === sort ? 'ascending' : sorted === `-${sort}` ? 'descending' : 'none';
  return (
    <th
      scope="col"
      role="columnheader"
      aria-sort={order}
      className={`px-4 py-1 text-sm font-medium whitespace-nowrap text-muted first:ps-6 last:pe-6 ${column.numeric ? 'text-end' : 'text-start'}`}
    >
      {sort === undefined ? (
        <span className={column.titleHidden ? 'sr-only' : 'inline-flex min-h-9 items-center'}>{title}</span>
      ) : (
        <Link
          to={`${pathname}${sortedBy(search, order === 'ascending' ? `-${sort}` : sort)}`}
          preventScrollReset
          className="inline-flex min-h-9 items-center gap-1 hover:text-ink"
        >
          {title}
          <ChevronDownIcon
            className={`size-4 ${order === 'ascending' ? 'rotate-180' : ''} ${order === 'none' ? 'opacity-40' : ''}`}
          />
        </Link>
      )}
    </th>
  );
}

/** The query of the same list in another order, from its beginning. */
function sortedBy(search: string, sort: string): string {
  const query = new URLSearchParams(search);
  query.set('sort', sort);
  query.delete('cursor');
  return `?${query.toString()}`;
}
