import { shapeOf, withoutNull, type JsonSchema, type Schemas } from './reference-schema.server.ts';

/** Values by the name of their field, where the kind alone would say too little. */
const BY_NAME: Readonly<Record<string, string>> = {
  phone: '+972501234567',
  from_number: '+972501234567',
  to_number: '+97231234567',
  call_sid: 'CA0123456789abcdef0123456789abcdef',
  name: 'רונית לוי',
  business_name: 'מספרת דנה',
  transcript: 'סוכן: שלום, מספרת דנה.\nלקוח: שלום, אני רוצה לקבוע תור.',
};
/** So deep an example goes: a shape may hold itself. */
const MAX_DEPTH = 6;

/** A value that a schema allows, for people to look at. */
export function exampleOf(whole: JsonSchema, schemas: Schemas, name = '', depth = 0): unknown {
  const { schema, nullable } = withoutNull(whole);
  if (depth > MAX_DEPTH) return null;
  const shape = shapeOf(schema);
  if (shape !== null) return exampleOf(schemas[shape] ?? {}, schemas, name, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf?.[0] !== undefined) return exampleOf(schema.anyOf[0], schemas, name, depth + 1);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, part]) => [key, exampleOf(part, schemas, key, depth + 1)]),
      );
    case 'array':
      return [exampleOf(schema.items ?? {}, schemas, name, depth + 1)];
    case 'string':
      return textOf(schema, name, nullable);
    case 'integer':
    case 'number':
      return schema.minimum !== undefined && schema.minimum > 0 ? schema.minimum : 42;
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function textOf({ format }: JsonSchema, name: string, nullable: boolean): string | null {
  if (format === 'uuid') return '0197c1f2-5c1a-7d3e-9b1f-2a4c6e8f0a1b';
  if (format === 'date-time') return '2026-05-01T09:30:00.000Z';
  return BY_NAME[name] ?? (nullable ? null : '…');
}
