import { useEffect, useRef } from 'react';
import { AlertIcon } from './icons.tsx';
import { Moment } from './moment.tsx';

/** A setting that somebody else saved while this person typed: nothing typed is lost, both are shown. */
export interface ShownConflict {
  readonly key: string;
  readonly label: string;
  /** Both values as a reader understands them. */
  readonly typed: string;
  readonly saved: string;
  /** Who saved theirs, and when (ISO 8601); null where nobody knows. */
  readonly by: { readonly name: string; readonly at: string } | null;
  /** Names the saved value, so that a choice is about what was seen. */
  readonly now: string;
}

/** The lost races of a save, each with its choice. The form is sent again with it. */
export function ConflictNotice({ conflicts, attempt }: { conflicts: readonly ShownConflict[]; attempt: unknown }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [attempt]);
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      className="rounded-card border border-warn bg-warn-soft p-5 outline-offset-2"
    >
      <h2 className="flex items-center gap-2 text-lg font-bold">
        <AlertIcon className="size-5" />
        מישהו שמר בינתיים הגדרה שגם שינית
      </h2>
      <p className="mt-1">דבר לא נשמר ודבר לא אבד. בחרו מה נשאר, ושמרו שוב.</p>
      <ul className="mt-4 space-y-5">
        {conflicts.map((conflict) => (
          <li key={conflict.key}>
            <fieldset>
              <legend className="mb-2 font-semibold">{conflict.label}</legend>
              <input type="hidden" name={`_now.${conflict.key}`} value={conflict.now} />
              <div className="grid gap-3 sm:grid-cols-2">
                <Choice name={conflict.key} value="mine" title="מה שהקלדת" text={conflict.typed} />
                <Choice
                  name={conflict.key}
                  value="theirs"
                  title={
                    conflict.by === null ? (
                      'מה ששמור עכשיו'
                    ) : (
                      <>
                        מה ששמר <bdi>{conflict.by.name}</bdi>, <Moment at={new Date(conflict.by.at)} as="short" />
                      </>
                    )
                  }
                  text={conflict.saved}
                />
              </div>
            </fieldset>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Choice(props: {
  readonly name: string;
  readonly value: 'mine' | 'theirs';
  readonly title: React.ReactNode;
  readonly text: string;
}) {
  return (
    <label className="flex min-w-0 cursor-pointer items-start gap-2.5 rounded-control border border-edge bg-surface p-3 has-checked:border-accent has-checked:bg-accent-soft">
      <input
        type="radio"
        name={`_choice.${props.name}`}
        value={props.value}
        className="mt-1 size-4.5 shrink-0 cursor-pointer accent-accent"
      />
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{props.title}</span>
        <span dir="auto" className="mt-1 block max-h-48 overflow-y-auto text-start wrap-anywhere whitespace-pre-wrap">
          {props.text === '' ? <span className="text-muted">ריק</span> : props.text}
        </span>
      </span>
    </label>
  );
}
