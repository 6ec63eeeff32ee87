import { Button } from '../components/button.tsx';
import { Confirm } from '../components/confirm.tsx';
import { CopyField } from '../components/copy-field.tsx';
import { Dialog } from '../components/dialog.tsx';
import { EditIcon, TrashIcon } from '../components/icons.tsx';
import { Menu } from '../components/menu.tsx';
import { Notice } from '../components/notice.tsx';
import { SkeletonLines } from '../components/skeleton.tsx';
import { TextField } from '../components/text-fields.tsx';
import { Tooltip } from '../components/tooltip.tsx';
import { showToast } from '../toast.ts';
import { Row, Section } from './section.tsx';

/** What opens over the page, and what speaks to its reader. */
export function Overlays() {
  return (
    <>
      <Section title="חלונות ותפריטים">
        <Row>
          <Dialog trigger="חלון עם טופס" title="שינוי שם">
            <TextField name="dialog-name" label="שם" value="דנה" />
          </Dialog>
          <Confirm
            trigger="מחיקה"
            look="danger"
            title="למחוק את המשתמש?"
            confirmText="מחיקה"
            fields={{ intent: 'delete' }}
          >
            אי אפשר לבטל את המחיקה.
          </Confirm>
          <Menu
            label="פעולות"
            items={[
              { text: 'עריכה', icon: EditIcon, to: '/design' },
              { text: 'מחיקה', icon: TrashIcon, tone: 'danger', post: { fields: { intent: 'delete' } } },
            ]}
          />
          <p>
            השיחה <Tooltip text="זמן מהרגע שהלקוח סיים לדבר ועד שהסוכן ענה.">ענתה מהר</Tooltip>
          </p>
        </Row>
      </Section>
      <Section title="הודעות">
        <Row>
          <Button look="secondary" onClick={() => showToast('ok', 'ההגדרות נשמרו.')}>
            הודעה קצרה
          </Button>
          <Button look="secondary" onClick={() => showToast('danger', 'השליחה נכשלה. ננסה שוב בעוד דקה.')}>
            הודעת כישלון
          </Button>
        </Row>
        <Notice tone="info">מידע שכדאי לדעת.</Notice>
        <Notice tone="ok">הכול עבד.</Notice>
        <Notice tone="warn">משהו דורש תשומת לב.</Notice>
        <Notice tone="danger">משהו השתבש.</Notice>
        <CopyField id="copy" label="אסימון גישה" value="pk_3f9a7c1d5e2b" help="מוצג פעם אחת בלבד." />
        <SkeletonLines />
      </Section>
    </>
  );
}
