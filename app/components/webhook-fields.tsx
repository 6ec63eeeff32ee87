import { eventLabel } from '../labels.he.ts';
import { ChecklistField } from './choice-fields.tsx';
import { TextField } from './text-fields.tsx';

interface WebhookFieldsProps {
  /** Every type of event there is. */
  readonly events: readonly string[];
  readonly value: { readonly name: string; readonly url: string; readonly events: readonly string[] };
  /** Field → what is wrong with it. */
  readonly errors: Readonly<Record<string, string | undefined>>;
}

/** What is chosen of a webhook. */
export function WebhookFields({ events, value, errors }: WebhookFieldsProps) {
  const error = (name: string) => (errors[name] === undefined ? {} : { error: errors[name] });
  return (
    <>
      <TextField name="name" label="שם היעד" value={value.name} maxLength={60} required {...error('name')} />
      <TextField
        name="url"
        label="כתובת ה־Webhook"
        value={value.url}
        type="url"
        dir="ltr"
        inputMode="url"
        placeholder="https://"
        maxLength={2000}
        required
        {...error('url')}
      />
      <ChecklistField
        name="events"
        label="אילו אירועים לשלוח"
        values={value.events}
        options={events.map((type) => ({ value: type, label: eventLabel(type) }))}
        {...error('events')}
      />
    </>
  );
}
