import { z } from 'zod';
import type { SettingsRegistry } from '../../domain/settings/index.ts';
import { scopesFor } from '../../domain/users/index.ts';
import { errorText } from '../errors.he.ts';
import { API_GROUPS, ENDPOINTS, WEBHOOKS, type Declaration, type WebhookDeclaration } from './catalog/index.ts';
import { apiError } from './catalog/shapes.ts';
import { statusOf } from './reply.server.ts';

type Json = Record<string, unknown>;

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument extends Json {
  readonly openapi: string;
  readonly info: Json;
  readonly paths: Record<string, Json>;
}

/** Documents that were made, by what they are made from: they change with the code alone. */
const made = new WeakMap<SettingsRegistry, Map<string, OpenApiDocument>>();

/** The API in full, made from the schemas that parse and answer. `publicUrl`: the server's address. */
export function openApiDocument(registry: SettingsRegistry, publicUrl: string): OpenApiDocument {
  const ofRegistry = made.get(registry) ?? new Map<string, OpenApiDocument>();
  made.set(registry, ofRegistry);
  const document = ofRegistry.get(publicUrl) ?? makeDocument(registry, publicUrl);
  ofRegistry.set(publicUrl, document);
  return document;
}

function makeDocument(registry: SettingsRegistry, publicUrl: string): OpenApiDocument {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const declaration of ENDPOINTS) {
    paths[declaration.path] = {
      ...paths[declaration.path],
      [declaration.method.toLowerCase()]: operation(declaration, registry, schemas),
    };
  }
  const webhooks = Object.fromEntries(
    WEBHOOKS.map((webhook) => [webhook.name, { post: webhookOperation(webhook, schemas) }]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'ProSaaS',
      version: '1',
      description:
        'הממשק מדבר JSON. שדות רק נוספים, ואינם נעלמים או משנים את משמעותם. כל שגיאה נושאת קוד קבוע והסבר בעברית.',
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(API_GROUPS).map(([name, description]) => ({ name, description })),
    paths,
    webhooks,
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'אסימון של העסק, מעמוד האינטגרציות שבהגדרות' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: publicUrl.startsWith('https:') ? '__Host-prosaas_session' : 'prosaas_session',
          description: 'מי שמחובר לאתר; שינויים מתקבלים רק מהדפים שלו',
        },
      },
    },
  };
}

function operation(declaration: Declaration, registry: SettingsRegistry, schemas: Schemas): Json {
  const {
    method,
    group,
    name,
    summary,
    description,
    action,
    params = {},
    query,
    mediaType = 'application/json',
  } = declaration;
  const body = declaration.bodyOf?.(registry) ?? declaration.body;
  const answer = declaration.answerOf?.(registry) ?? declaration.answer;
  return {
    operationId: name,
    tags: [group],
    summary,
    ...(description === undefined ? {} : { description }),
    // For a bearer token the list names the scopes of which one is needed.
    security: action === null ? [] : [...scopesFor(action).map((scope) => ({ token: [scope] })), { session: [] }],
    parameters: [
      ...Object.entries(params).map(([param, text]) => ({
        name: param,
        in: 'path',
        required: true,
        description: text,
        schema: { type: 'string' },
      })),
      ...(query === undefined ? [] : queryParameters(schemas.of(query, 'input'))),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemas.of(body, 'input') } } } }),
    responses: {
      [String(declaration.status ?? 200)]: {
        description: 'התשובה',
        content: { [mediaType]: { schema: schemas.of(answer, 'output') } },
      },
      ...errorResponses(codesOf(declaration, method !== 'GET', body !== undefined), schemas),
    },
  };
}

/** Every code an endpoint may answer with. */
function codesOf({ action, query, errors = [] }: Declaration, mutates: boolean, takesBody: boolean): string[] {
  return [
    ...(action === null
      ? []
      : [
          'signed_out',
          'token_invalid',
          'forbidden',
          'insufficient_scope',
          'no_business',
          'business_suspended',
          'second_factor_required',
        ]),
    ...(mutates ? ['origin_refused'] : []),
    ...(query === undefined ? [] : ['query_invalid']),
    ...(takesBody
      ? ['json_broken', 'body_too_large', 'media_type_unsupported', 'unknown_field', 'validation_failed']
      : []),
    ...errors,
    'method_not_allowed',
    'rate_limited',
    'unexpected',
  ];
}

function errorResponses(codes: readonly string[], schemas: Schemas): Json {
  const schema = schemas.of(apiError, 'output');
  const responses: Record<string, Json> = {};
  for (const status of [...new Set(codes.map(statusOf))].sort((a, b) => a - b)) {
    const ofStatus = codes.filter((code) => statusOf(code) === status);
    responses[String(status)] = {
      description: ofStatus.map((code) => `\`${code}\`: ${errorText(code)}`).join('\n\n'),
      content: { 'application/json': { schema } },
      'x-error-codes': ofStatus,
    };
  }
  return responses;
}

function queryParameters(schema: Json): Json[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function webhookOperation(
  { name, summary, description, headers = {}, body }: WebhookDeclaration,
  schemas: Schemas,
): Json {
  return {
    operationId: name,
    summary,
    ...(description === undefined ? {} : { description }),
    security: [],
    parameters: Object.entries(headers).map(([header, text]) => ({
      name: header,
      in: 'header',
      required: true,
      description: text,
      schema: { type: 'string' },
    })),
    requestBody: { required: true, content: { 'application/json': { schema: schemas.of(body, 'output') } } },
    responses: { '2XX': { description: 'התקבל' } },
  };
}

/** JSON schemas of zod's, those with a name (`meta({ id })`) written once and referred to. */
class Schemas {
  readonly #named: Record<string, unknown> = {};

  /** `io`: what is sent to us, or what comes out. */
  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs = {},
      ...rest
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        delete jsonSchema.id;
        // The format says it; the pattern by which zod holds it would fill the page.
        if (jsonSchema.format === 'uuid' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
        // What we send may have more one day; who generates a client from this must not refuse it.
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    }) as Json & { $defs?: Record<string, unknown> };
    Object.assign(this.#named, rewritten($defs));
    const whole = rewritten(rest) as Json;
    const id = schema.meta()?.id;
    // A schema with a name either came as a reference to its own definition, or is that definition.
    if (id === undefined || '$ref' in whole) return whole;
    this.#named[id] = whole;
    return { $ref: `#/components/schemas/${id}` };
  }

  all(): Json {
    return this.#named;
  }
}

/** Zod refers to `#/$defs/X`; in the document that is `#/components/schemas/X`. */
function rewritten(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
