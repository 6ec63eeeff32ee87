import { PasswordField } from '../components/password-field.tsx';
import { Button, buttonClass } from '../components/button.tsx';
import { CheckboxField, ChecklistField, RadioField, SelectField, SwitchField } from '../components/choice-fields.tsx';
import { Combobox } from '../components/combobox.tsx';
import { DateField, TimeField } from '../components/date-fields.tsx';
import { PlusIcon, TrashIcon } from '../components/icons.tsx';
import { EmailField, NumberField, PhoneField, SearchField, TextArea, TextField } from '../components/text-fields.tsx';
import { Fields, Row, Section } from './section.tsx';

const VOICES = [
  { value: 'cedar', label: 'ארז' },
  { value: 'marin', label: 'מרין' },
  { value: 'alloy', label: 'אלוי' },
];
const CITIES = ['ירושלים', 'תל אביב', 'חיפה', 'באר שבע', 'נתניה', 'אשדוד', 'רמת גן', 'חולון', 'נצרת', 'אילת'].map(
  (label, index) => ({ value: `city-${index}`, label }),
);
const DAYS = ['ראשון', 'שני', 'שלישי', 'רביעי', 'חמישי'].map((label, day) => ({ value: String(day), label }));
const ERROR = 'הערך אינו תקין';

/** Buttons and everything a form is made of, in every state. */
export function Controls() {
  return (
    <>
      <Section title="כפתורים">
        {(['primary', 'secondary', 'danger', 'quiet'] as const).map((look) => (
          <Row key={look}>
            <Button look={look}>שמירה</Button>
            <Button look={look}>
              <PlusIcon />
              הוספה
            </Button>
            <Button look={look} busy busyText="שומר…">
              שמירה
            </Button>
            <Button look={look} disabled>
              לא זמין
            </Button>
            <Button look={look} size="small">
              <TrashIcon className="size-4" />
              קטן
            </Button>
          </Row>
        ))}
        <a href="#main" className={buttonClass('secondary')}>
          קישור שנראה כמו כפתור
        </a>
      </Section>
      <Section title="שדות טקסט">
        <Fields>
          <TextField name="text" label="שם" value="" help="הסבר קצר על השדה." />
          <TextField name="text-filled" label="שם, מלא" value="דנה לוי" />
          <TextField name="text-error" label="שם, שגוי" value="?" error={ERROR} />
          <TextField name="text-read" label="שם, לקריאה" value="דנה לוי" readOnly />
          <PhoneField name="phone" label="טלפון" value="052-111-1234" />
          <EmailField name="email" label="דוא״ל" value="dana@example.co.il" />
          <PasswordField name="password" label="סיסמה" asks="new" minLength={10} />
          <SearchField name="search" label="חיפוש" value="" placeholder="שם, טלפון או מילה" />
          <NumberField name="number" label="שתיקה" value="10" min={1} max={60} unit="שניות" />
          <NumberField name="number-error" label="שתיקה, שגוי" value="90" min={1} max={60} error={ERROR} />
          <TextArea name="area" label="הנחיות" value="שורה ראשונה" />
          <TextArea name="area-error" label="הנחיות, שגוי" value="" error={ERROR} />
        </Fields>
      </Section>
      <Section title="בחירה">
        <Fields>
          <SelectField name="select" label="קול" value="cedar" options={VOICES} />
          <SelectField name="select-error" label="קול, שגוי" value="cedar" options={VOICES} error={ERROR} />
          <Combobox name="combobox" label="עיר" value="" options={CITIES} placeholder="אפשר להקליד" />
          <Combobox name="combobox-error" label="עיר, שגוי" value="city-2" options={CITIES} error={ERROR} />
          <SwitchField name="switch-on" label="פועל" checked help="הסבר על מה שהמתג עושה." />
          <SwitchField name="switch-off" label="כבוי" checked={false} error={ERROR} />
          <CheckboxField name="checkbox" label="קראתי ואני מסכים" />
          <CheckboxField name="checkbox-error" label="קראתי, שגוי" error="יש לסמן" />
        </Fields>
        <RadioField
          name="radio"
          label="כיוון"
          value="inbound"
          options={[
            { value: 'inbound', label: 'נכנסת' },
            { value: 'outbound', label: 'יוצאת' },
          ]}
        />
        <ChecklistField name="checklist" label="ימים" values={['0', '2']} options={DAYS} />
      </Section>
      <Section title="תאריך ושעה">
        <Fields>
          <DateField name="date" label="מתאריך" value="2026-11-28" />
          <DateField name="date-empty" label="עד תאריך" value="" help="אפשר להשאיר ריק." />
          <DateField name="date-error" label="תאריך, שגוי" value="" error={ERROR} />
          <DateField name="date-between" label="בין ימים" value="2026-11-15" min="2026-11-10" max="2026-11-20" />
          <TimeField name="time" label="פתיחה" value="09:30" />
          <TimeField name="time-error" label="סגירה, שגוי" value="" error={ERROR} />
        </Fields>
      </Section>
    </>
  );
}
