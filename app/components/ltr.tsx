import { formatPhone } from '../format.ts';
import { isWithheld, WITHHELD_NUMBER } from '../lists/lead-name.ts';

/** A number, id or address that reads left to right inside Hebrew text. */
export function Ltr({ children, className }: { children: string; className?: string }) {
  return (
    <bdi dir="ltr" className={className}>
      {children}
    </bdi>
  );
}

/** A telephone number that a press rings; one that cannot be rung is text. */
export function DialNumber({ number }: { number: string }) {
  if (!/^\+?\d{3,15}$/.test(number)) return <PhoneNumber number={number} />;
  return (
    <a
      href={`tel:${number}`}
      className="inline-flex min-h-6 items-center text-accent-text underline-offset-4 hover:underline"
    >
      <PhoneNumber number={number} />
    </a>
  );
}

/** An e-mail address; too long for its line it breaks behind the @. */
export function EmailAddress({ email }: { email: string }) {
  const [name = '', ...host] = email.split('@');
  return (
    <bdi dir="ltr">
      {name}
      {host.length === 0 ? null : (
        <>
          @<wbr />
          {host.join('@')}
        </>
      )}
    </bdi>
  );
}

const LONG_NUMBER = /(\+?\d[\d-]{5,}\d)/;

/** What somebody said: a long number in it, such as one of a telephone, stays in one piece and reads left to right. */
export function Spoken({ text }: { text: string }) {
  return text.split(LONG_NUMBER).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <Ltr key={index} className="whitespace-nowrap">
        {part}
      </Ltr>
    ),
  );
}

/** A telephone number as received, shown the way it is dialled in Israel. */
export function PhoneNumber({ number, className = '' }: { number: string; className?: string }) {
  if (isWithheld(number)) return <span className={className}>{WITHHELD_NUMBER}</span>;
  return <Ltr className={`whitespace-nowrap tabular-nums ${className}`}>{formatPhone(number)}</Ltr>;
}
