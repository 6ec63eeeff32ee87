/** As much of a JSON Schema as the document uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** Shapes by their name. */
export type Schemas = Readonly<Record<string, JsonSchema>>;

/** What a value may be, in words. */
export interface Type {
  /** Hebrew. */
  readonly text: string;
  /** The shape it is described by. */
  readonly shape: string | null;
  /** Where it is one of a few: as JSON writes them. */
  readonly values: readonly string[];
  readonly nullable: boolean;
  /** Hebrew: bounds and what holds where nothing is said; empty where there are none. */
  readonly limits: string;
}

/** A named part of an object. */
export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly required: boolean;
  readonly text: string | null;
  /** The parts of its own, where it is an object or a list of them that has no name. */
  readonly fields: readonly Field[];
}

const REFERENCE = '#/components/schemas/';

/** The name a schema refers to, or null. */
export function shapeOf({ $ref }: JsonSchema): string | null {
  return $ref?.startsWith(REFERENCE) === true ? $ref.slice(REFERENCE.length) : null;
}

/** A schema without its null, and whether it had one. */
export function withoutNull(schema: JsonSchema): { readonly schema: JsonSchema; readonly nullable: boolean } {
  if (schema.anyOf !== undefined) {
    const rest = schema.anyOf.filter(({ type }) => type !== 'null');
    const { anyOf: _, ...around } = schema;
    const [only] = rest;
    const inner = rest.length === 1 && only !== undefined ? { ...around, ...only } : { ...around, anyOf: rest };
    return { schema: inner, nullable: rest.length < schema.anyOf.length };
  }
  if (!Array.isArray(schema.type)) return { schema, nullable: false };
  const types = (schema.type as readonly string[]).filter((type) => type !== 'null');
  return { schema: { ...schema, type: types[0] ?? 'null' }, nullable: types.length < schema.type.length };
}

/** What a schema allows, and its parts. */
export function describeSchema(whole: JsonSchema): { readonly type: Type; readonly fields: readonly Field[] } {
  const { schema, nullable } = withoutNull(whole);
  const base = { shape: null, values: [], nullable, limits: limitsOf(schema) };
  const shape = shapeOf(schema);
  if (shape !== null) return { type: { ...base, text: 'אובייקט', shape }, fields: [] };
  if (schema.const !== undefined) {
    return { type: { ...base, text: 'תמיד', values: [JSON.stringify(schema.const)] }, fields: [] };
  }
  if (schema.enum !== undefined) {
    const values = schema.enum.map((value) => JSON.stringify(value));
    return { type: { ...base, text: 'אחד מאלה', values }, fields: [] };
  }
  if (schema.type === 'array') {
    const items = describeSchema(schema.items ?? {});
    const type = { ...items.type, nullable, limits: base.limits };
    return { type: { ...type, text: `רשימה של ${PLURAL[items.type.text] ?? items.type.text}` }, fields: items.fields };
  }
  if (schema.type === 'object' && schema.properties !== undefined) {
    return { type: { ...base, text: 'אובייקט' }, fields: fieldsOf(schema) };
  }
  if (schema.type === 'object') {
    const values = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
    return { type: { ...base, text: `מפתח ← ${describeSchema(values).type.text}` }, fields: [] };
  }
  return { type: { ...base, text: plainType(schema) }, fields: [] };
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema): Field[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    ...describeSchema(schema),
    required: required.includes(name),
    text: schema.description ?? null,
  }));
}

/** What several of them are called. */
const PLURAL: Readonly<Record<string, string>> = {
  אובייקט: 'אובייקטים',
  טקסט: 'טקסטים',
  'אחד מאלה': 'ערכים מאלה',
};

function plainType({ type, format }: JsonSchema): string {
  if (format === 'uuid') return 'מזהה (UUID)';
  if (format === 'date-time') return 'מועד (ISO 8601)';
  switch (type) {
    case 'string':
      return 'טקסט';
    case 'integer':
      return 'מספר שלם';
    case 'number':
      return 'מספר';
    case 'boolean':
      return 'true או false';
    default:
      return 'כל ערך';
  }
}

function limitsOf({ minimum, maximum, maxLength, default: byDefault }: JsonSchema): string {
  const isBound = (bound: number | undefined): bound is number =>
    bound !== undefined && Math.abs(bound) !== Number.MAX_SAFE_INTEGER;
  const bounds = [
    ...(isBound(minimum) ? [`מ־${minimum}`] : []),
    ...(isBound(maximum) ? [`עד ${maximum}`] : []),
    ...(maxLength === undefined ? [] : [`עד ${maxLength} תווים`]),
  ].join(' ');
  const isShort = ['string', 'number', 'boolean'].includes(typeof byDefault) && byDefault !== '';
  return [bounds, isShort ? `ברירת מחדל: ${String(byDefault)}` : ''].filter((part) => part !== '').join(' · ');
}
