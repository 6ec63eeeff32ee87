import { TOKEN_SCOPES, type TokenScope } from '../../domain/users/token-scopes.ts';
import { errorText } from '../errors.he.ts';
import type { OpenApiDocument } from './openapi.server.ts';
import { exampleOf } from './reference-example.server.ts';
import { describeSchema, type Field, type JsonSchema, type Schemas, type Type } from './reference-schema.server.ts';

// What the page of the documentation shows, read from the OpenAPI document and from nothing else: what is wrong in the
// one is wrong in the other.

/** A body, of a request or an answer. */
export interface ReferenceBody {
  readonly mediaType: string;
  readonly type: Type;
  readonly fields: readonly Field[];
  /** A body as it may be, as JSON; null where it is no JSON. */
  readonly example: string | null;
}

export interface ReferenceError {
  readonly status: string;
  readonly code: string;
  readonly text: string;
}

/** A method of an address. */
export interface ReferenceEndpoint {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string | null;
  /** Any one of them will do; null: nobody need be known. */
  readonly scopes: readonly string[] | null;
  readonly parameters: readonly (Field & { readonly in: string })[];
  readonly body: ReferenceBody | null;
  readonly status: string;
  readonly answer: ReferenceBody;
  /** Those that are not of every endpoint. */
  readonly errors: readonly ReferenceError[];
}

/** A request that we send. */
export interface ReferenceWebhook {
  readonly name: string;
  readonly summary: string;
  readonly description: string | null;
  readonly headers: readonly { readonly name: string; readonly text: string }[];
  readonly body: ReferenceBody;
}

export interface Reference {
  /** Where the API is, without a trailing slash. */
  readonly url: string;
  readonly description: string;
  readonly scopes: readonly { readonly scope: TokenScope; readonly endpoints: readonly string[] }[];
  readonly groups: readonly {
    readonly name: string;
    readonly title: string;
    readonly endpoints: readonly ReferenceEndpoint[];
  }[];
  /** What any endpoint may answer that needs leave. */
  readonly commonErrors: readonly ReferenceError[];
  /** Shapes that are referred to by name. */
  readonly shapes: readonly { readonly name: string; readonly type: Type; readonly fields: readonly Field[] }[];
  readonly webhooks: readonly ReferenceWebhook[];
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly 'x-error-codes'?: readonly string[] }>>;
}

interface Document {
  readonly info: { readonly description: string };
  readonly servers: readonly [{ readonly url: string }];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: Readonly<Record<string, { readonly post: Operation }>>;
  readonly components: { readonly schemas: Schemas };
}

/** The documentation as its page shows it. */
export function apiReference(openApi: OpenApiDocument): Reference {
  // Sound: the document is made by openapi.server.ts, whose tests hold it to this shape.
  const document = openApi as unknown as Document;
  const { schemas } = document.components;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const errors = operations.map(({ operation }) => errorsOf(operation));
  const [first = [], ...others] = errors.filter((_, index) => operations[index]?.operation.security.length !== 0);
  const isCommon = ({ code }: ReferenceError) => others.every((list) => list.some((one) => one.code === code));
  const endpoints = operations.map(({ path, method, operation }, index) => ({
    group: operation.tags?.[0] ?? '',
    shown: {
      ...endpointOf(path, method, operation, schemas),
      errors: (errors[index] ?? []).filter((error) => !isCommon(error)),
    },
  }));
  const namesOf = (scope: TokenScope) =>
    endpoints.filter(({ shown }) => shown.scopes?.includes(scope) === true).map(({ shown }) => shown.name);
  return {
    url: document.servers[0].url,
    description: document.info.description,
    scopes: TOKEN_SCOPES.map((scope) => ({ scope, endpoints: namesOf(scope) })).filter(
      (one) => one.endpoints.length > 0,
    ),
    groups: document.tags
      .map(({ name, description }) => ({
        name,
        title: description,
        endpoints: endpoints.filter(({ group }) => group === name).map(({ shown }) => shown),
      }))
      .filter((group) => group.endpoints.length > 0),
    commonErrors: first.filter(isCommon),
    shapes: Object.entries(schemas).map(([name, schema]) => ({ name, ...describeSchema(schema) })),
    webhooks: Object.entries(document.webhooks).map(([name, { post }]) => ({
      name,
      summary: post.summary,
      description: post.description ?? null,
      headers: (post.parameters ?? []).map((one) => ({ name: one.name, text: one.description ?? '' })),
      body: bodyOf(post.requestBody, schemas),
    })),
  };
}

function endpointOf(path: string, method: string, operation: Operation, schemas: Schemas) {
  const [status = '200', answer] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [];
  const scopes = operation.security.flatMap(({ token }) => token ?? []);
  return {
    name: operation.operationId,
    method,
    path,
    summary: operation.summary,
    description: operation.description ?? null,
    scopes: operation.security.length === 0 ? null : scopes,
    parameters: (operation.parameters ?? []).map(({ name, in: where, required, description, schema }) => {
      const { type, fields } = describeSchema(schema);
      return { name, in: where, required, text: description ?? null, type, fields };
    }),
    body: operation.requestBody === undefined ? null : bodyOf(operation.requestBody, schemas),
    status,
    answer: bodyOf(answer, schemas),
  };
}

function bodyOf(holder: Content | undefined, schemas: Schemas): ReferenceBody {
  const [mediaType = 'application/json', { schema } = { schema: {} }] = Object.entries(holder?.content ?? {})[0] ?? [];
  const isJson = mediaType === 'application/json';
  return {
    mediaType,
    ...describeSchema(schema),
    example: isJson ? JSON.stringify(exampleOf(schema, schemas), null, 2) : null,
  };
}

function errorsOf({ responses }: Operation): ReferenceError[] {
  return Object.entries(responses).flatMap(([status, { 'x-error-codes': codes = [] }]) =>
    codes.map((code) => ({ status, code, text: errorText(code) })),
  );
}
