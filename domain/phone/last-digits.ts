/** A number as it may stand in a log for ever: its last two digits tell one from another and give nobody away. */
export function lastDigits(phone: string): string {
  return `•••${lastTwo(phone)}`;
}

/** The last two digits of a number; fewer where it has fewer. */
export function lastTwo(phone: string): string {
  return phone.replaceAll(/\D/g, '').slice(-2);
}
