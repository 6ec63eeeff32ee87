import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';

/** One element of a TwiML document. */
export interface Verb {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text and that of what stands in it, trimmed. */
  readonly text: string;
  readonly children: readonly Verb[];
}

export type Twiml =
  | { readonly kind: 'document'; readonly verbs: readonly Verb[]; readonly unknown: readonly string[] }
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

/** The verbs the sandbox can carry out; Twilio knows more, and warns 12200 about what it does not know. */
const VERBS = new Set(['Connect', 'Dial', 'Gather', 'Hangup', 'Pause', 'Play', 'Record', 'Redirect', 'Reject', 'Say']);
const CONTENT_TYPES = /^(?:text\/xml|application\/xml|text\/html)\b/i;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  htmlEntities: true,
});

const nodes = z.array(z.record(z.string(), z.unknown()));

/** Reads a webhook's answer as Twilio does. Errors: 12300 content type, 12100 not well formed, 12102 no `<Response>`. */
export function parseTwiml(body: string, contentType = 'text/xml'): Twiml {
  if (!CONTENT_TYPES.test(contentType))
    return { kind: 'error', code: 12300, message: `Invalid Content-Type: ${contentType}` };
  const valid = XMLValidator.validate(body);
  if (valid !== true) return { kind: 'error', code: 12100, message: `Document parse failure: ${valid.err.msg}` };
  const roots = elements(parser.parse(body));
  const response = roots[0];
  if (roots.length !== 1 || response?.name !== 'Response') {
    return { kind: 'error', code: 12102, message: 'the root element is not <Response>' };
  }
  const verbs = response.children.filter((verb) => VERBS.has(verb.name));
  const unknown = response.children.filter((verb) => !VERBS.has(verb.name)).map((verb) => verb.name);
  return { kind: 'document', verbs, unknown };
}

function elements(tree: unknown): Verb[] {
  return nodes.parse(tree).flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined) return [];
    const attributes = z.record(z.string(), z.string()).parse(node[':@'] ?? {});
    return [{ name, attributes, text: textOf(node[name]).trim(), children: elements(node[name]) }];
  });
}

function textOf(tree: unknown): string {
  return nodes
    .parse(tree)
    .map((node) => {
      if (typeof node['#text'] === 'string') return node['#text'];
      const name = Object.keys(node).find((key) => key !== ':@');
      return name === undefined ? '' : textOf(node[name]);
    })
    .join('');
}

/** A whole-number attribute in its range, or the default when it is missing or no number. */
export function numberAttribute(verb: Verb, name: string, fallback: number): number {
  const value = Number(verb.attributes[name] ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : fallback;
}
