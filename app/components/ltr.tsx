import { formatPhone } from '../format.ts';

/** A number, id or address that reads left to right inside Hebrew text. */
export function Ltr({ children, className }: { children: string; className?: string }) {
  return (
    <bdi dir="ltr" className={className}>
      {children}
    </bdi>
  );
}

/** A telephone number as received, shown the way it is dialled in Israel. */
export function PhoneNumber({ number, className = '' }: { number: string; className?: string }) {
  if (/^anonymous$|^$/i.test(number)) return <span className={className}>מספר חסוי</span>;
  return <Ltr className={`whitespace-nowrap tabular-nums ${className}`}>{formatPhone(number)}</Ltr>;
}
