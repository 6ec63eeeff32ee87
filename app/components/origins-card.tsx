import type { FormFailure } from '../form-failure.server.ts';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { FormProblem } from './form-problem.tsx';
import { OwnForm } from './own-form.tsx';
import { TextArea } from './text-fields.tsx';

/** Tells this form from the other one of its page, in its address. */
export const ORIGINS_FORM = 'origins';

interface OriginsCardProps {
  readonly origins: readonly string[];
  readonly failure: FormFailure | null;
}

/** Whose pages may use the API from the browser. */
export function OriginsCard({ origins, failure }: OriginsCardProps) {
  const own = failure?.form === ORIGINS_FORM ? failure : null;
  return (
    <Card
      id="card-origins"
      title="אתרים מורשים ב־API"
      help="דפים באתרים שברשימה יכולים לפנות ל־API מתוך הדפדפן, עם אסימון של העסק ובלי עוגיות. כשהרשימה ריקה אף אתר לא יכול. פניות משרת אינן מושפעות."
    >
      <OwnForm
        method="post"
        action={`/settings/integrations?form=${ORIGINS_FORM}`}
        noValidate
        className="space-y-5"
        preventScrollReset
      >
        <FormProblem failure={failure} form={ORIGINS_FORM} labels={{ origins: 'אתרים' }} />
        <TextArea
          name="origins"
          label="אתרים"
          help="אתר בכל שורה, לדוגמה https://www.example.co.il"
          dir="ltr"
          rows={Math.min(8, Math.max(3, origins.length + 1))}
          value={own?.typed['origins'] ?? origins.join('\n')}
          error={own?.fields['origins']}
        />
        <Button type="submit" look="secondary">
          שמירת הרשימה
        </Button>
      </OwnForm>
    </Card>
  );
}
