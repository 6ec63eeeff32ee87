import { smtpMail } from '../../platform/mail.ts';

/** A process of its own that sends a letter: which authorities it trusts is decided as it starts. */
const [smtpUrl = '', from = '', to = ''] = process.argv.slice(2);
await smtpMail({ smtpUrl, from })({ to, subject: 'שלום', text: 'מכתב' });
