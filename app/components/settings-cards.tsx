import type { ShownCard } from '../settings/form.server.ts';
import { Card } from './card.tsx';
import { Fact, Facts } from './facts.tsx';
import { GeneratedField, type FieldValue } from './generated-field.tsx';

interface SettingsCardsProps {
  readonly cards: readonly ShownCard[];
  readonly typed: Readonly<Record<string, FieldValue>>;
  readonly errors: Readonly<Record<string, string>>;
}

/** Cards whose controls are made from the fields of the core and of the plugins. */
export function SettingsCards({ cards, typed, errors }: SettingsCardsProps) {
  return cards.map((card) => (
    <Card key={card.name} id={`card-${card.name}`} title={card.title} help={card.help}>
      {card.fields.every((field) => field.readOnly) ? (
        <Facts>
          {card.fields.map(({ key, field, value }) => (
            <Fact key={key} name={field.label}>
              {String(value)}
            </Fact>
          ))}
        </Facts>
      ) : (
        <div className="space-y-6">
          {card.fields.map(({ key, field, value }) => (
            <GeneratedField key={key} name={key} field={field} value={typed[key] ?? value} error={errors[key]} />
          ))}
        </div>
      )}
    </Card>
  ));
}
