import type { z } from 'zod';
import type { SettingsRegistry } from '../../../domain/settings/index.ts';
import type { Action } from '../../../domain/users/index.ts';

/** Methods an endpoint may have. */
export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Groups of the documentation, in their order: name → Hebrew title. */
export const API_GROUPS = {
  business: 'העסק וההגדרות',
  calls: 'שיחות',
  leads: 'לידים',
  deliveries: 'משלוחים',
  privacy: 'פרטיות',
  events: 'עדכונים בזמן אמת',
  about: 'על הממשק',
} as const;
export type ApiGroup = keyof typeof API_GROUPS;

/** A schema that follows from the plugins of the day. */
type FromRegistry = (registry: SettingsRegistry) => z.ZodType;

/**
 * All that is to be said of one method of one address. The server parses with it, the document and its page are made
 * from it, and tests hold real answers to it.
 */
export interface Declaration<
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType<unknown, Record<string, unknown>> = z.ZodType<unknown, Record<string, unknown>>,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: ApiMethod;
  /** As OpenAPI writes it: `/api/calls/{callSid}`. */
  readonly path: `/api/${string}`;
  readonly group: ApiGroup;
  /** camelCase, unique: what a generated client calls it. */
  readonly name: string;
  /** One line, Hebrew. */
  readonly summary: string;
  /** More of it, Hebrew. */
  readonly description?: string;
  /** What the caller needs leave for; null: nothing, and no signing in either. */
  readonly action: Action | null;
  /** The parts of the path: name → Hebrew description. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query;
  /** Without one the method takes no body. */
  readonly body?: Body;
  /** What the document says in place of `body`, where it is checked in another place. */
  readonly bodyOf?: FromRegistry;
  /** The JSON of the answer. */
  readonly answer: Answer;
  /** What the document says in place of `answer`. */
  readonly answerOf?: FromRegistry;
  /** HTTP status of the answer. Default 200. */
  readonly status?: number;
  /** Where the answer is no JSON: its media type. */
  readonly mediaType?: string;
  /** Error codes beyond those of every endpoint. */
  readonly errors?: readonly string[];
}

/** Ties a declaration's parts to their types; adds nothing at run time. */
export function declare<
  Answer extends z.ZodType,
  Query extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType<unknown, Record<string, unknown>> = z.ZodType<undefined, Record<string, unknown>>,
>(declaration: Declaration<Query, Body, Answer>): Declaration<Query, Body, Answer> {
  return declaration;
}

/** What may be returned for a schema of an answer: its JSON, where a moment may still be a `Date`. */
export type Sendable<Json> = unknown extends Json
  ? unknown
  : Json extends string
    ? Json | Date
    : Json extends readonly (infer Item)[]
      ? readonly Sendable<Item>[]
      : Json extends object
        ? { readonly [Key in keyof Json]: Sendable<Json[Key]> }
        : Json;
