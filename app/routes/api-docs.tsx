import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { openApiDocument } from '../api/openapi.server.ts';
import { apiReference, type Reference } from '../api/reference.server.ts';
import { VERIFY_SIGNATURE } from '../api/verify-signature.ts';
import { Code, CodeBlock, EndpointCard, ErrorTable, FieldList, WebhookCard } from '../components/api-reference.tsx';
import { Ltr } from '../components/ltr.tsx';
import { BackToProduct } from '../components/back-to-product.tsx';
import { SkipLink } from '../components/skip-link.tsx';
import { SCOPE_LABELS } from '../settings/token-labels.he.ts';

export const meta: MetaFunction = () => [{ title: 'תיעוד ה־API · ProSaaS' }];

export const loader = ({ context }: LoaderFunctionArgs) => ({
  reference: apiReference(openApiDocument(context.registry, context.config.publicUrl)),
});

/** The JSON API and the webhooks, for who writes against them. Public, like the document it is made from. */
export default function ApiDocs() {
  const { reference } = useLoaderData<typeof loader>();
  const { url, groups, shapes, webhooks, commonErrors } = reference;
  return (
    <>
      <SkipLink />
      <div className="mx-auto max-w-6xl gap-10 px-4 py-8 md:px-8 md:py-12 lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
        <Contents reference={reference} />
        <main id="main" tabIndex={-1} className="min-w-0 space-y-12 outline-none">
          <Introduction reference={reference} />
          {groups.map(({ name, title, endpoints }) => (
            <Part key={name} id={`group-${name}`} title={title}>
              {endpoints.map((endpoint) => (
                <EndpointCard key={endpoint.name} endpoint={endpoint} url={url} />
              ))}
            </Part>
          ))}
          <Part id="webhooks" title="אירועים שנשלחים אליכם">
            <Signatures />
            {webhooks.map((webhook) => (
              <WebhookCard key={webhook.name} webhook={webhook} />
            ))}
          </Part>
          <Part id="shapes" title="אובייקטים">
            {shapes.map(({ name, fields }) => (
              <Box key={name} id={`shape-${name}`} title={<Ltr className="font-mono">{name}</Ltr>}>
                <FieldList fields={fields} />
              </Box>
            ))}
          </Part>
          <Part id="errors" title="שגיאות של כל פעולה">
            <Box id="errors-common" title="קודים">
              <ErrorTable errors={commonErrors} caption="שגיאות של כל פעולה" />
            </Box>
          </Part>
        </main>
      </div>
    </>
  );
}

const LINK = 'inline-flex min-h-9 items-center hover:text-accent-text hover:underline underline-offset-4';

function Contents({ reference }: { readonly reference: Reference }) {
  const { groups } = reference;
  return (
    <nav
      aria-label="תוכן התיעוד"
      className="mb-8 lg:sticky lg:top-8 lg:mb-0 lg:max-h-[calc(100dvh-4rem)] lg:self-start lg:overflow-y-auto"
    >
      <p className="text-sm">
        <BackToProduct />
      </p>
      <ul className="mt-2 space-y-1">
        <Entry to="#main" name="התחלה" />
        {groups.map(({ name, title, endpoints }) => (
          <Entry key={name} to={`#group-${name}`} name={title}>
            <ul className="border-s border-line ps-3 text-sm">
              {endpoints.map((endpoint) => (
                <li key={endpoint.name}>
                  <a href={`#${endpoint.name}`} className={`${LINK} text-muted`}>
                    {endpoint.summary}
                  </a>
                </li>
              ))}
            </ul>
          </Entry>
        ))}
        <Entry to="#webhooks" name="אירועים שנשלחים אליכם" />
        <Entry to="#shapes" name="אובייקטים" />
        <Entry to="#errors" name="שגיאות של כל פעולה" />
      </ul>
    </nav>
  );
}

/** A place of the contents, and what stands under it. */
function Entry({ to, name, children }: { readonly to: string; readonly name: string; readonly children?: ReactNode }) {
  return (
    <li>
      <a href={to} className={`${LINK} font-medium`}>
        {name}
      </a>
      {children}
    </li>
  );
}

function Part({ id, title, children }: { readonly id: string; readonly title: string; readonly children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="mb-4 text-xl font-bold">
        {title}
      </h2>
      <div className="space-y-6">{children}</div>
    </section>
  );
}

interface BoxProps {
  readonly id: string;
  readonly title: ReactNode;
  readonly children: ReactNode;
}

function Box({ id, title, children }: BoxProps) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      className="rounded-card border border-line bg-surface p-5 shadow-card md:p-7"
    >
      <h3 id={`${id}-title`} className="mb-3 text-lg font-bold">
        {title}
      </h3>
      {children}
    </section>
  );
}

function Introduction({ reference }: { readonly reference: Reference }) {
  const { url, description, scopes } = reference;
  return (
    <>
      <header>
        <h1 className="text-2xl font-bold tracking-tight md:text-3xl">תיעוד ה־API</h1>
        <p className="mt-2 max-w-prose text-muted">{description}</p>
        <p className="mt-2 max-w-prose">
          אותו תיעוד לכלים, כמסמך <Ltr>OpenAPI 3.1</Ltr>:{' '}
          <a href="/api/openapi.json" className="text-accent-text underline underline-offset-4">
            <Ltr>/api/openapi.json</Ltr>
          </a>
        </p>
      </header>
      <Part id="start" title="איך פונים">
        <Box id="start-token" title="אסימון">
          <p className="max-w-prose">
            בעל העסק יוצר אסימון בהגדרות ← אינטגרציות ← אסימוני API, ובוחר מה מותר לו. כל פנייה נושאת אותו:
          </p>
          <div className="mt-3">
            <CodeBlock label="פנייה עם אסימון">{`curl '${url}/api/business/current' \\\n  -H "Authorization: Bearer $TOKEN"`}</CodeBlock>
          </div>
          <h4 className="mt-5 font-semibold">הרשאות של אסימון</h4>
          <ul className="divide-y divide-line">
            {scopes.map(({ scope, endpoints }) => (
              <li key={scope} className="py-2.5">
                <p className="flex flex-wrap items-baseline gap-x-3">
                  <Code>{scope}</Code>
                  <span className="text-sm">{SCOPE_LABELS[scope]}</span>
                </p>
                <p className="mt-0.5 text-sm text-muted">
                  {endpoints.map((name, index) => (
                    <span key={name}>
                      {index > 0 ? ' · ' : ''}
                      <a href={`#${name}`} className="underline underline-offset-4 hover:text-accent-text">
                        <Ltr>{name}</Ltr>
                      </a>
                    </span>
                  ))}
                </p>
              </li>
            ))}
          </ul>
        </Box>
        <Box id="start-habits" title="מה נכון לכל פעולה">
          <ul className="max-w-prose list-disc space-y-2 ps-6">
            <li>
              שגיאה היא <Code>{'{ "error": { "code", "message", "fields" } }'}</Code>. לפי <Code>code</Code> מחליטים;
              הטקסט בעברית מיועד לאנשים, ו־<Code>fields</Code> אומר מה שגוי בכל שדה.
            </li>
            <li>
              מי שפונה יותר מדי מקבל 429 עם <Code>Retry-After</Code>: כמה שניות להמתין.
            </li>
            <li>
              רשימה ארוכה באה בדפים: את <Code>next_cursor</Code> של דף שולחים כ־<Code>cursor</Code> של הבא.
            </li>
            <li>
              הגדרות נקראות עם <Code>ETag</Code>. שינוי עם <Code>If-Match</Code> נשמר רק אם איש לא שינה אותן בינתיים;
              אחרת התשובה היא 412.
            </li>
            <li>
              דף באתר אחר יכול לפנות מהדפדפן רק אם בעל העסק או מנהל רשם את האתר בהגדרות ← אינטגרציות. עוגיות אינן
              נשלחות.
            </li>
            <li>שדות חדשים מתווספים עם הזמן. תוכנה שקוראת תשובות צריכה להתעלם ממה שאינה מכירה.</li>
          </ul>
        </Box>
      </Part>
    </>
  );
}

function Signatures() {
  return (
    <Box id="webhooks-signature" title="אימות החתימה">
      <p className="max-w-prose">
        כל אירוע נחתם בסוד של היעד, לפי <Ltr>Standard Webhooks</Ltr>. אמתו את החתימה על הגוף כפי שהגיע, לפני פענוח
        ה־JSON, ודחו מועד שרחוק מחמש דקות. <Code>webhook-id</Code> זהה בכל ניסיון: לפיו מזהים אירוע שכבר טופל.
      </p>
      <div className="mt-3">
        <CodeBlock label="אימות חתימה, Node.js">{VERIFY_SIGNATURE}</CodeBlock>
      </div>
      <p className="mt-3 max-w-prose text-muted">
        ענו ב־2xx מהר, ועבדו אחר כך: תשובה אחרת, או שתיקה של יותר מעשר שניות, היא כישלון וננסה שוב.
      </p>
    </Box>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
