import type { MetaFunction } from '@remix-run/node';
import { BackToProduct } from '../components/back-to-product.tsx';
import { SkipLink } from '../components/skip-link.tsx';

export const meta: MetaFunction = () => [{ title: 'הצהרת נגישות · ProSaaS' }];

const DONE = [
  'אפשר לעבוד בכל דף במקלדת בלבד, והמקום שבו נמצאים מסומן תמיד במסגרת ברורה.',
  'לכל דף כותרת אחת, אזורים מסומנים, וקישור דילוג לתוכן. במעבר בין דפים הכותרת מוקראת.',
  'לכל שדה תווית, הסבר ושגיאה שנקראים יחד איתו. שגיאות מרוכזות בראש הטופס עם קישור לשדה.',
  'הניגודיות עומדת ביחס של 4.5:1 לפחות בטקסט, גם במצב בהיר וגם במצב כהה, ויש תמיכה במצב ניגודיות גבוהה של המערכת.',
  'מצב או שגיאה אינם מסומנים בצבע בלבד, ותנועה נעצרת למי שביקש זאת במערכת שלו.',
  'הדפים מתאימים לרוחב של 360 פיקסלים ולהגדלה של 200%, והטפסים פועלים גם בלי JavaScript.',
] as const;

const LIMITS = [
  'תמלול של שיחה נכתב אוטומטית ועלול לכלול טעויות.',
  'השיחה עם הסוכן היא קולית. לפונים שאינם שומעים מומלץ לפרסם גם דרך התקשרות בכתב.',
  'הבדיקה נעשתה בדפדפן Chromium ובכלי בדיקה אוטומטי (axe). עוד לא נערכה בדיקה של מורשה נגישות שירות.',
] as const;

/** What was done for everybody to be able to work here, what is missing, and whom to tell. Public. */
export default function Accessibility() {
  return (
    <>
      <SkipLink />
      <main id="main" tabIndex={-1} className="mx-auto max-w-2xl px-5 py-10 outline-none md:py-16">
        <h1 className="text-3xl font-bold tracking-tight">הצהרת נגישות</h1>
        <p className="mt-4 text-lg">
          המערכת נבנתה כך שכל אדם יוכל לעבוד בה, לפי תקן ישראלי 5568 חלק 1 והנחיות <bdi dir="ltr">WCAG 2.1</bdi> ברמה{' '}
          <bdi dir="ltr">AA</bdi>.
        </p>
        <List title="מה נעשה" items={DONE} />
        <List title="מה עוד לא מושלם" items={LIMITS} />
        <section className="mt-8">
          <h2 className="text-xl font-bold">נתקלת בקושי?</h2>
          <p className="mt-2">
            אפשר לפנות לבעל העסק שצירף אותך או לספק שמפעיל עבורו את המערכת. כדאי לציין באיזה דף היה הקושי ובאיזה דפדפן
            ותוכנת עזר השתמשת.
          </p>
          <p className="mt-2">
            פרטי הקשר של העסק מופיעים בהגדרות, בלשונית <strong>עסק</strong>.
          </p>
        </section>
        <p className="mt-8 text-sm text-muted">
          עודכן ב־<time dateTime="2026-11-28">28 בנובמבר 2026</time>
        </p>
        <p className="mt-8">
          <BackToProduct />
        </p>
      </main>
    </>
  );
}

function List({ title, items }: { title: string; items: readonly string[] }) {
  return (
    <section className="mt-8">
      <h2 className="text-xl font-bold">{title}</h2>
      <ul className="mt-3 list-disc space-y-2 ps-6">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </section>
  );
}
