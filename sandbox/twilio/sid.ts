import { randomBytes } from 'node:crypto';

/** A fresh Twilio identifier: `CA`, `MZ`, `RE` … and 32 hex digits. */
export function newSid(prefix: 'CA' | 'MZ' | 'RE'): string {
  return prefix + randomBytes(16).toString('hex');
}
