import type { ReactNode } from 'react';

/** One line icon, 20 px unless the class says otherwise; decorative, so hidden from screen readers. */
function Icon({ children, className = 'size-5' }: { children: ReactNode; className?: string | undefined }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      className={`${className} shrink-0`}
    >
      {children}
    </svg>
  );
}

interface IconProps {
  readonly className?: string;
}

const HANDSET =
  'M21 16.5v2.6a1.9 1.9 0 0 1-2.1 1.9C10.6 20.2 3.8 13.4 3 5.1A1.9 1.9 0 0 1 4.9 3h2.6a1.5 1.5 0 0 1 1.5 1.250l.5 2.7a1.5 1.5 0 0 1-.43 1.350L7.7 9.7a14 14 0 0 0 6.6 6.6l1.4-1.370a1.5 1.5 0 0 1 1.35-.43l2.7.5A1.5 1.5 0 0 1 21 16.5Z';

export function PhoneIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d={HANDSET} />
    </Icon>
  );
}

/** Telephone arrows point into and out of the handset and are not mirrored. */
export function IncomingIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d={HANDSET} />
      <path d="M20.5 3.5 15 9M15 4.5V9h4.5" />
    </Icon>
  );
}

export function OutgoingIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d={HANDSET} />
      <path d="M15 9l5.5-5.5M16 3.5h4.5V8" />
    </Icon>
  );
}

export function SettingsIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
      <circle cx="16" cy="7" r="2.6" />
      <circle cx="8" cy="17" r="2.6" />
    </Icon>
  );
}

export function SignOutIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M4 12h11M8 8l-4 4 4 4" />
    </Icon>
  );
}

export function CheckIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="m5 12.5 4.5 4.5L19 7.5" />
    </Icon>
  );
}

export function AlertIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M12 8.5v4.5M12 16.5v.01" />
      <circle cx="12" cy="12" r="9" />
    </Icon>
  );
}

export function InfoIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M12 11v5M12 7.8v.01" />
      <circle cx="12" cy="12" r="9" />
    </Icon>
  );
}

export function RetryIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M20 11.5a8 8 0 1 1-2.4-5.2M20 3.5v4h-4" />
    </Icon>
  );
}

/** Points to what comes next in reading order: to the left in Hebrew. */
export function ForwardIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="m14.5 6-6 6 6 6" />
    </Icon>
  );
}

/** Points back in reading order: to the right in Hebrew. */
export function BackIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="m9.5 6 6 6-6 6" />
    </Icon>
  );
}

export function ChevronDownIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="m6 9.5 6 6 6-6" />
    </Icon>
  );
}

export function SparkIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M5 10v4M9.7 6.5v11M14.3 9v6M19 10.5v3" />
    </Icon>
  );
}

export function PersonIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <circle cx="12" cy="8" r="3.8" />
      <path d="M4.5 20c.8-3.7 3.8-5.8 7.5-5.8s6.7 2.1 7.5 5.8" />
    </Icon>
  );
}
