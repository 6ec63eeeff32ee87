import { Badge } from '../components/badge.tsx';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { SelectField } from '../components/choice-fields.tsx';
import { DateField } from '../components/date-fields.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Fact, Facts } from '../components/facts.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { PersonIcon, PhoneIcon } from '../components/icons.tsx';
import { PhoneNumber } from '../components/ltr.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pagination } from '../components/pagination.tsx';
import { Stat, Stats } from '../components/stat.tsx';
import { Table, type Column } from '../components/table.tsx';
import { Tabs } from '../components/tabs.tsx';
import { SearchField } from '../components/text-fields.tsx';
import type { Tone } from '../labels.he.ts';
import { Row, Section } from './section.tsx';

interface Lead {
  readonly name: string;
  readonly phone: string;
  readonly calls: number;
  readonly tone: Tone;
}

const LEADS: readonly Lead[] = [
  { name: 'דנה לוי', phone: '+972521111234', calls: 3, tone: 'ok' },
  { name: 'יוסי כהן', phone: '+97237600777', calls: 12, tone: 'warn' },
  { name: 'מרים אבו חצירא־בן דוד מקריית שמונה', phone: '+972541234567', calls: 1, tone: 'danger' },
];

const COLUMNS: readonly Column<Lead>[] = [
  { key: 'name', title: 'שם', sort: 'name', cell: ({ name }) => <bdi>{name}</bdi> },
  { key: 'phone', title: 'טלפון', cell: ({ phone }) => <PhoneNumber number={phone} /> },
  { key: 'calls', title: 'שיחות', sort: 'calls', numeric: true, cell: ({ calls }) => calls },
  { key: 'state', title: 'מצב', cell: ({ tone }) => <Badge label={{ text: 'חדש', tone }} /> },
];

const TONES: readonly Tone[] = ['neutral', 'accent', 'ok', 'warn', 'danger'];

/** Pages of lists and figures. */
export function Lists() {
  return (
    <>
      <Section title="ראש הדף">
        <Breadcrumbs above={[{ to: '/design', text: 'לידים' }]} here="דנה לוי" />
        <PageHeader title="דנה לוי" as="p" aside={<span className={buttonClass('secondary')}>ייצוא</span>}>
          שורה מתחת לכותרת.
        </PageHeader>
        <Tabs
          label="דוגמת לשוניות"
          tabs={[
            { to: '/design', text: 'כאן' },
            { to: '/accessibility', text: 'שם' },
          ]}
        />
      </Section>
      <Section title="מספרים">
        <Stats>
          <Stat name="שיחות היום" value="128" to="/design" note="לעומת 96 אתמול" icon={PhoneIcon} />
          <Stat name="בשיחה עכשיו" value="3" />
          <Stat name="לידים" value="41" to="/design" icon={PersonIcon} />
          <Stat name="שליחות שנכשלו" value="2" to="/design" tone="danger" />
        </Stats>
        <Row>
          {TONES.map((tone) => (
            <Badge key={tone} label={{ text: tone === 'accent' ? 'עכשיו' : 'מצב', tone }} live={tone === 'accent'} />
          ))}
        </Row>
        <Card id="facts" title="כרטיס" help="הסבר על הכרטיס.">
          <Facts>
            <Fact name="שם">דנה לוי</Fact>
            <Fact name="טלפון">
              <PhoneNumber number="+972521111234" />
            </Fact>
          </Facts>
        </Card>
      </Section>
      <Section title="רשימה">
        <FilterBar label="סינון לדוגמה" filtered search={<SearchField name="q" label="חיפוש" value="" />}>
          <SelectField
            name="state"
            label="מצב"
            value=""
            options={[
              { value: '', label: 'הכול' },
              { value: 'new', label: 'חדש' },
            ]}
          />
          <DateField name="from" label="מתאריך" value="" />
          <DateField name="to" label="עד תאריך" value="" />
        </FilterBar>
        <Table
          caption="לידים לדוגמה"
          columns={COLUMNS}
          rows={LEADS}
          rowKey={({ phone }) => phone}
          rowTo={() => '/design'}
          sorted="-calls"
        />
        <Pagination label="דפי הדוגמה" newer="/design" older="/design" />
        <EmptyState icon={PersonIcon} title="עדיין אין לידים" action={<span className={buttonClass()}>הוספה</span>}>
          ליד ראשון יופיע כאן אחרי השיחה הראשונה.
        </EmptyState>
      </Section>
    </>
  );
}
