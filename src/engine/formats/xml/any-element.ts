/** Elements of well-formed XML that is written in another way than conntrack(8)'s: read by fast-xml-parser. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ParseError } from '../reading/report/parse-error.js';
import { withCharacters } from './text.js';

/** An element; its name is without prefix, its text without spaces around it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const ATTRIBUTES = ':@';
const TEXT = '#text';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Entities may hold entities: a file of some lines may expand to gigabytes.
  processEntities: {
    enabled: true,
    maxEntitySize: 1000,
    maxEntityCount: 100,
    maxExpansionDepth: 5,
    maxTotalExpansions: 1000,
    maxExpandedLength: 64 * 1024,
  },
});

type Parsed = Readonly<Record<string, unknown>>;

/**
 * @param text the element, a character a byte
 * @param doctype the declarations of its entities
 * @throws ParseError for malformed XML
 */
export function parseElement(text: string, doctype: string): Element {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new ParseError(fault(valid.err.msg));
  let found: unknown;
  try {
    found = parser.parse(Buffer.from(doctype + text, 'latin1').toString('utf8'));
  } catch (error) {
    throw new ParseError(fault((error as Error).message));
  }
  const element = (found as Parsed[]).map(elementOf).find(each => each !== undefined);
  if (element === undefined) throw new ParseError('no element');
  return element;
}

const fault = (message: string): string => `malformed XML: ${message.slice(0, 120).replace(/\.$/, '')}`;

function elementOf(parsed: Parsed): Element | undefined {
  const name = Object.keys(parsed).find(key => key !== ATTRIBUTES && key !== TEXT);
  if (name === undefined) return undefined;
  const content = parsed[name] as Parsed[];
  return {
    name,
    attributes: (parsed[ATTRIBUTES] ?? {}) as Readonly<Record<string, string>>,
    children: content.map(elementOf).filter(child => child !== undefined),
    text: withCharacters(content.map(part => String(part[TEXT] ?? '')).join('')).trim(),
  };
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, c => ESCAPES[c]);

/** The element as conntrack(8) writes it. */
export function written({ name, attributes, children, text }: Element): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const inside = children.length > 0 ? children.map(written).join('') : escaped(text);
  return `<${name}${list.join('')}>${inside}</${name}>`;
}
