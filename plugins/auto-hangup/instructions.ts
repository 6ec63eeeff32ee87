import { asked } from './custom-fields.ts';
import { type AutoHangupSettings, collectedFields, requiredKeys } from './settings.ts';

/** The plugin's part of the system prompt: how details are collected and how the call is brought to its end. */
export function leadInstructions(settings: AutoHangupSettings): string {
  const labels = new Map(collectedFields(settings).map(({ key, label }) => [key, label]));
  const named = (keys: readonly string[]) => keys.map((key) => `${key} (${labels.get(key) ?? key})`).join(', ');
  const choices = asked(settings.custom_lead_fields).filter(({ kind }) => kind === 'choice');
  const inPassing = asked(settings.custom_lead_fields).filter(({ ask }) => ask === 'when_relevant');
  const parts = [
    '## Details to collect',
    `Collect these details from the caller during the conversation: ${named(requiredKeys(settings))}.`,
    ...(inPassing.length === 0
      ? []
      : [
          `- Only where the conversation comes to it, collect as well: ${named(inPassing.map(({ key }) => key))}. Do not bring these up yourself, and never keep a caller for them.`,
        ]),
    ...choices.map(
      ({ key, options }) =>
        `- ${key} is one of: ${options.join(' / ')}. Ask openly; name the choices only when the caller hesitates.`,
    ),
    '- Ask for one detail at a time, and only for what the caller has not told you already. Never make a detail up.',
    '- As soon as you hear a detail, call save_lead_details with it. When the caller corrects it, save the corrected one.',
    '- Repeat each detail as you hear it, before you ask for the next («דני כהן, תודה. ומה הטלפון?»), a phone number digit by digit; what the caller corrects you save and repeat again.',
    '- The caller’s own number may serve as the phone number only if the caller agrees to it.',
    '- When nothing is missing, read all details back in one turn, without stopping, the phone number digit by digit, and end with «נכון?».',
    '- If the caller corrects anything, save it and read all details back again.',
    '- Once the caller says yes, call save_lead_details with confirmed=true, then say goodbye in one short sentence and ask nothing more.',
  ];
  if (settings.auto_end_on_goodbye) {
    parts.push(
      '## Saying goodbye',
      '- When the caller says goodbye, or that there is nothing more, answer with one short Hebrew farewell (for example «תודה רבה, יום טוב ולהתראות») and no question.',
      '- Say a farewell only when the conversation is over: the line is hung up after it.',
    );
  }
  return parts.join('\n');
}
