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

export function CopyIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2.2" />
      <path d="M15.500 8.5V6.200A2.2 2.2 0 0 0 13.300 4H6.200A2.2 2.2 0 0 0 4 6.200v7.100a2.2 2.2 0 0 0 2.200 2.200h2.300" />
    </Icon>
  );
}

export function CloseIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="m6 6 12 12M18 6 6 18" />
    </Icon>
  );
}

export function MoreIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="3" />
    </Icon>
  );
}

export function CalendarIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <rect x="3.5" y="5" width="17" height="15.500" rx="2.5" />
      <path d="M3.500 10h17M8 3v4M16 3v4" />
    </Icon>
  );
}

export function SearchIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m20 20-4.300-4.300" />
    </Icon>
  );
}

export function PlusIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M12 5v14M5 12h14" />
    </Icon>
  );
}

export function TrashIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M4 7h16M9.500 7V4.500h5V7M6.500 7l.9 12.500h9.200L17.500 7M10 11v5M14 11v5" />
    </Icon>
  );
}

export function EditIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M4 20h4L19 9a2.1 2.1 0 0 0-3-3L5 17l-1 3ZM14 8l3 3" />
    </Icon>
  );
}

export function DownloadIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M12 4v11M7.500 11l4.500 4.500 4.500-4.500M4.500 20h15" />
    </Icon>
  );
}

export function HomeIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M4 11.500 12 4.500l8 7V19a1.500 1.500 0 0 1-1.500 1.500h-4V15h-5v5.500h-4A1.500 1.500 0 0 1 4 19v-7.500Z" />
    </Icon>
  );
}

export function PeopleIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <circle cx="9" cy="8.5" r="3.300" />
      <path d="M2.500 19.500c.7-3.300 3.300-5 6.500-5s5.800 1.700 6.500 5M16 5.500a3.200 3.200 0 0 1 0 6.100M18 14.800c1.900.7 3.100 2.300 3.500 4.700" />
    </Icon>
  );
}

export function SendIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M20 4 3.500 10.500l6.500 3L13 20l7-16ZM10 13.500l4-4" />
    </Icon>
  );
}

export function ShieldIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M12 3.500 5 6v5.500c0 4.300 2.900 7.600 7 9 4.100-1.400 7-4.700 7-9V6l-7-2.500Z" />
    </Icon>
  );
}

export function ListIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M9 6.500h11M9 12h11M9 17.500h11M4.500 6.500h.01M4.500 12h.01M4.500 17.500h.01" />
    </Icon>
  );
}

export function BuildingIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M5 20.500V5a1.500 1.500 0 0 1 1.500-1.500h7A1.500 1.500 0 0 1 15 5v15.500M15 9.500h3a1.500 1.500 0 0 1 1.500 1.500v9.500M3 20.500h18M8.500 7.500h3M8.500 11.500h3M8.500 15.500h3" />
    </Icon>
  );
}

export function BlockIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <circle cx="12" cy="12" r="8.500" />
      <path d="m6 6 12 12" />
    </Icon>
  );
}

export function PulseIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M3 12.500h4l2.500-7 4.500 13 2.500-6H21" />
    </Icon>
  );
}

export function ClockIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M12 7.500V12l3 2" />
    </Icon>
  );
}

export function HelpIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <circle cx="12" cy="12" r="9" />
      <path d="M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.700M12 16.500v.01" />
    </Icon>
  );
}

export function AccessibilityIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <circle cx="12" cy="4.5" r="1.6" />
      <path d="M4.5 8.5c5 1.600 10 1.600 15 0M12 9.700V14m0 0-3 6.500m3-6.500 3 6.500" />
    </Icon>
  );
}

/** Sound is never mirrored. */
export function PlayIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path d="M8 5.5v13l10.5-6.5Z" />
    </Icon>
  );
}

export function StopIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <rect x="6.5" y="6.5" width="11" height="11" rx="1.5" />
    </Icon>
  );
}

export function KeypadIcon(props: IconProps) {
  return (
    <Icon {...props}>
      <path
        d="M6 5.5v.01M12 5.5v.01M18 5.5v.01M6 11.500v.01M12 11.500v.01M18 11.500v.01M12 17.500v.01"
        strokeWidth="3"
      />
    </Icon>
  );
}
