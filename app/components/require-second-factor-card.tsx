import type { FormFailure } from '../form-failure.server.ts';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { SwitchField } from './choice-fields.tsx';
import { FormProblem } from './form-problem.tsx';
import { OwnForm } from './own-form.tsx';

interface RequireSecondFactorCardProps {
  readonly required: boolean;
  /** Whether the reader has one: else they are led to set it up right after saving. */
  readonly hasSecondFactor: boolean;
  readonly mayChange: boolean;
  readonly failure: FormFailure | null;
}

/** Whether the people of the business need a second factor. */
export function RequireSecondFactorCard({
  required,
  hasSecondFactor,
  mayChange,
  failure,
}: RequireSecondFactorCardProps) {
  return (
    <Card
      title="כניסה למערכת"
      id="second-factor-rule"
      help="כשהדרישה פעילה, מי שאין לו אימות דו־שלבי מתבקש להפעיל אותו לפני כל פעולה אחרת."
    >
      {mayChange ? (
        <OwnForm method="post" className="space-y-5" preventScrollReset key={String(required)}>
          <FormProblem failure={failure} form="second_factor" />
          <input type="hidden" name="form" value="second_factor" />
          <SwitchField
            name="require_second_factor"
            label="לדרוש אימות דו־שלבי מכל האנשים בעסק"
            help={hasSecondFactor ? undefined : 'גם לך עדיין אין אימות דו־שלבי: אחרי השמירה תתבקש להפעיל אותו.'}
            checked={required}
          />
          <Button type="submit">שמירה</Button>
        </OwnForm>
      ) : (
        <p>{required ? 'נדרש אימות דו־שלבי מכל האנשים בעסק.' : 'די בסיסמה כדי להיכנס.'} רק בעל העסק יכול לשנות זאת.</p>
      )}
    </Card>
  );
}
