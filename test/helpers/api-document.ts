import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { OpenApiDocument } from '../../app/api/openapi.server.ts';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** Holds answers of the API to its document. */
export interface ApiDocument {
  readonly document: OpenApiDocument;
  /** Fails when the answer to a method of a declared path is not what the document says of its status. */
  check(method: string, path: string, response: Response): Promise<void>;
  /** Fails when `value` is not what the schema of that name says. */
  checkSchema(name: string, value: unknown): void;
}

/** The document that a server serves. */
export async function apiDocument(url: string): Promise<ApiDocument> {
  const response = await fetch(`${url}/api/openapi.json`);
  expect(response.status).toBe(200);
  return heldTo((await response.json()) as OpenApiDocument);
}

/**
 * The document lets answers have more than it says, since they may grow. Those of today have no more: else something
 * was added and not written down.
 */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const whole = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, closed(value)]));
  const describesObject = whole['type'] === 'object' && typeof whole['properties'] === 'object';
  return describesObject && !('additionalProperties' in whole) ? { ...whole, additionalProperties: false } : whole;
}

/** The same of a document at hand. */
export function heldTo(document: OpenApiDocument): ApiDocument {
  // Formats are for people here: what makes them is tested elsewhere.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(closed(document) as OpenApiDocument, 'document');
  const validate = (pointer: string, value: unknown) => {
    const check = ajv.getSchema(`document${pointer}`);
    if (check === undefined) throw new Error(`The document has nothing at ${pointer}`);
    if (check(value) !== true) expect.fail(`${pointer}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(value)}`);
  };
  return {
    document,
    async check(method, path, response) {
      const declared = Object.keys(document.paths).find((one) =>
        new RegExp(`^${one.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
      );
      if (declared === undefined) expect.fail(`${path} is not in the document`);
      const operation = document.paths[declared]?.[method.toLowerCase()] as Operation | undefined;
      if (operation === undefined) expect.fail(`${method} ${path} is not in the document`);
      const described = operation.responses[String(response.status)];
      if (described === undefined)
        expect.fail(`${method} ${path} answered ${response.status}, which is not in the document`);
      if (described.content?.['application/json'] === undefined) return;
      const escape = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');
      const pointer = ['paths', declared, method.toLowerCase(), 'responses', String(response.status)];
      const parts = [...pointer, 'content', 'application/json', 'schema'].map((part) =>
        encodeURIComponent(escape(part)),
      );
      validate(`#/${parts.join('/')}`, await response.clone().json());
    },
    checkSchema: (name, value) => validate(`#/components/schemas/${name}`, value),
  };
}
