import { Fragment, type ReactNode } from 'react';
import type { ReferenceBody, ReferenceEndpoint, ReferenceError, ReferenceWebhook } from '../api/reference.server.ts';
import type { Field, Type } from '../api/reference-schema.server.ts';
import { Ltr } from './ltr.tsx';

/** A word of code within Hebrew. */
export function Code({ children }: { readonly children: string }) {
  return (
    <code dir="ltr" className="rounded-sm bg-sunken px-1.5 py-0.5 font-mono text-[0.9em] wrap-anywhere">
      {children}
    </code>
  );
}

/** Hebrew in which `…` stands around code. */
export function Prose({ children }: { readonly children: string }) {
  return children.split('`').map((part, index) => (index % 2 === 0 ? part : <Code key={index}>{part}</Code>));
}

/** Lines of code. It scrolls by itself, so that the page does not; the keyboard reaches it to scroll. */
export function CodeBlock({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    <pre
      dir="ltr"
      tabIndex={0}
      role="region"
      aria-label={label}
      className="max-h-112 overflow-auto rounded-control border border-line bg-sunken p-4 text-start font-mono text-sm leading-relaxed"
    >
      <code>{children}</code>
    </pre>
  );
}

/** What a value may be. */
function TypeText({ type }: { readonly type: Type }) {
  return (
    <>
      {type.shape === null ? (
        type.text
      ) : (
        <>
          {type.text === 'אובייקט' ? '' : `${type.text} `}
          <a href={`#shape-${type.shape}`} className="text-accent-text underline underline-offset-4">
            <Ltr>{type.shape}</Ltr>
          </a>
        </>
      )}
      {type.values.length === 0 ? null : (
        <>
          :{' '}
          {type.values.map((value, index) => (
            <span key={value}>
              {index > 0 ? ' · ' : ''}
              <Code>{value}</Code>
            </span>
          ))}
        </>
      )}
      {type.nullable ? ', או null' : ''}
      {type.limits === '' ? '' : ` · ${type.limits}`}
    </>
  );
}

/** The parts of an object, one below the other; parts of a part stand a step further in. */
export function FieldList({ fields, marks }: { readonly fields: readonly Field[]; readonly marks?: 'required' }) {
  return (
    <ul className="divide-y divide-line">
      {fields.map((field) => (
        <li key={field.name} className="py-2.5">
          <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
            <Code>{field.name}</Code>
            <span className="text-sm text-muted">
              <TypeText type={field.type} />
            </span>
            {marks === 'required' && field.required ? (
              <span className="text-sm font-medium text-accent-text">חובה</span>
            ) : null}
          </p>
          {field.text === null ? null : (
            <p className="mt-0.5 text-sm">
              <Prose>{field.text}</Prose>
            </p>
          )}
          {field.fields.length === 0 ? null : (
            <div className="mt-2 border-s-2 border-line ps-4">
              <FieldList fields={field.fields} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

/** A body: its parts, or the shape it has, and how it may look. */
function Body({ title, body, marks }: { title: ReactNode; body: ReferenceBody; marks?: 'required' }) {
  return (
    <div className="mt-5">
      <h4 className="font-semibold">{title}</h4>
      {body.fields.length === 0 ? (
        <p className="mt-1 text-sm text-muted">
          {body.mediaType === 'application/json' ? <TypeText type={body.type} /> : <Code>{body.mediaType}</Code>}
        </p>
      ) : (
        <FieldList fields={body.fields} {...(marks === undefined ? {} : { marks })} />
      )}
      {body.example === null ? null : <Example>{body.example}</Example>}
    </div>
  );
}

function Example({ children }: { readonly children: string }) {
  return (
    <details className="mt-2">
      <summary className="cursor-pointer py-2.5 font-medium text-accent-text">דוגמה</summary>
      <CodeBlock label="דוגמה, JSON">{children}</CodeBlock>
    </details>
  );
}

/** Error codes, by their status. */
export function ErrorTable({ errors, caption }: { readonly errors: readonly ReferenceError[]; caption: string }) {
  return (
    <ul aria-label={caption} className="divide-y divide-line">
      {errors.map(({ code, status, text }) => (
        <li key={code} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-2">
          <span className="w-10 shrink-0 text-sm text-muted tabular-nums">{status}</span>
          <Code>{code}</Code>
          <span className="text-sm">{text}</span>
        </li>
      ))}
    </ul>
  );
}

/** A method of an address, with all that is to be said of it. */
export function EndpointCard({ endpoint, url }: { readonly endpoint: ReferenceEndpoint; readonly url: string }) {
  const { name, method, path, summary, description, scopes, parameters, body, status, answer, errors } = endpoint;
  return (
    <section
      id={name}
      aria-labelledby={`${name}-title`}
      className="rounded-card border border-line bg-surface p-5 shadow-card md:p-7"
    >
      <h3 id={`${name}-title`} className="text-lg font-bold">
        {summary}
      </h3>
      <p className="mt-2">
        <bdi dir="ltr" className="font-mono wrap-anywhere">
          <strong className="text-accent-text">{method}</strong>{' '}
          {path.split('/').map((part, index) => (
            <Fragment key={index}>
              {index > 0 ? '/' : ''}
              <wbr />
              {part}
            </Fragment>
          ))}
        </bdi>
      </p>
      {description === null ? null : (
        <p className="mt-2 max-w-prose">
          <Prose>{description}</Prose>
        </p>
      )}
      <p className="mt-2 text-sm text-muted">
        {scopes === null ? (
          'פתוח לכל.'
        ) : (
          <>
            הרשאה:{' '}
            {scopes.map((scope, index) => (
              <span key={scope}>
                {index > 0 ? ' או ' : ''}
                <Code>{scope}</Code>
              </span>
            ))}
          </>
        )}
      </p>
      {parameters.length === 0 ? null : (
        <div className="mt-5">
          <h4 className="font-semibold">פרמטרים</h4>
          <FieldList fields={parameters} marks="required" />
        </div>
      )}
      {body === null ? null : <Body title="גוף הבקשה" body={body} marks="required" />}
      <Body title={<>התשובה, {status}</>} body={answer} />
      {errors.length === 0 ? null : (
        <div className="mt-5">
          <h4 className="font-semibold">שגיאות</h4>
          <ErrorTable errors={errors} caption={`שגיאות של ${summary}`} />
        </div>
      )}
      <div className="mt-5">
        <CodeBlock label={`פנייה לדוגמה: ${summary}`}>{curlOf(endpoint, url)}</CodeBlock>
      </div>
    </section>
  );
}

function curlOf({ method, path, scopes, body }: ReferenceEndpoint, url: string): string {
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}'${url}${path}'`];
  if (scopes !== null) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  if (body !== null) lines.push(`-H 'Content-Type: application/json'`, `-d '{ … }'`);
  return lines.join(' \\\n  ');
}

/** A request that we send. */
export function WebhookCard({ webhook }: { readonly webhook: ReferenceWebhook }) {
  const { name, summary, description, headers, body } = webhook;
  return (
    <section
      id={`webhook-${name}`}
      aria-labelledby={`webhook-${name}-title`}
      className="rounded-card border border-line bg-surface p-5 shadow-card md:p-7"
    >
      <h3 id={`webhook-${name}-title`} className="text-lg font-bold">
        {summary}
      </h3>
      <p className="mt-2">
        <Code>{name}</Code>
      </p>
      {description === null ? null : <p className="mt-2 max-w-prose">{description}</p>}
      {headers.length === 0 ? null : (
        <div className="mt-5">
          <h4 className="font-semibold">כותרות</h4>
          <ul className="divide-y divide-line">
            {headers.map((header) => (
              <li key={header.name} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-2">
                <Code>{header.name}</Code>
                <span className="text-sm">{header.text}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Body title="גוף הבקשה" body={body} />
    </section>
  );
}
