import type { ConstNode } from '../../checked/ast.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean, nearest } from '../../diagnostics/did-you-mean.js';
import type { Environment } from '../../schema/environment.js';
import { enumNames, flagNames, protocolNames, protocolNumber } from '../../schema/flags.js';
import { intendedFlag, protocolSynonym, serviceSynonym, stateSynonym } from '../../schema/synonyms.js';
import { INTEGER, phrase, TEXT, type Type } from '../../schema/type.js';
import type { LiteralExpr, NameExpr } from '../../syntax/ast.js';
import { rangeOf } from '../../syntax/literals/address.js';
import { withoutQuotes } from '../../syntax/literals/number.js';
import { formatAddress, formatNetwork, networkValue, parseAddress } from '../../values/address.js';
import { readTime } from '../../values/time-text.js';
import type { Value } from '../../values/value.js';

type Word = LiteralExpr | NameExpr;

const constant = (type: Type, value: Value): ConstNode => ({ kind: 'const', type, value });

const listed = (names: readonly string[]): string =>
  names.length <= 12 ? `one of ${names.join(', ')}` : `for example ${names.slice(0, 8).join(', ')}`;

/**
 * Converts a word or quoted text to the type that its context requires: `https` to a port, `tcp` to a protocol.
 * @returns undefined after reporting an error
 */
export function convertWord(
  word: Word,
  type: Type,
  environment: Environment,
  diagnostics: Diagnostics,
): ConstNode | undefined {
  // An invalid text has been reported.
  if (word.kind === 'literal' && word.value === null) return undefined;
  const text = word.kind === 'literal' ? String(word.value) : word.text;
  switch (type.name) {
    case 'enum': {
      const words = enumNames(type.vocabulary!);
      const value = words.find(name => name.toLowerCase() === text.toLowerCase());
      if (value !== undefined) return constant(type, value);
      diagnostics.error(
        'name.value',
        word,
        `unknown ${type.vocabulary!.replace('_', ' ')} '${text}'`,
        (type.vocabulary === 'state'
          ? stateHint(text, words)
          : type.vocabulary === 'nat'
            ? natHint(text)
            : undefined) ??
          didYouMean(text, words) ??
          listed(words),
      );
      return undefined;
    }
    case 'proto': {
      const number = protocolNumber(text) ?? numberIn(word, text);
      if (number !== undefined) return constant(type, number);
      diagnostics.error(
        'name.value',
        word,
        `unknown protocol '${text}'`,
        protocolSynonym(text) ?? didYouMean(text, protocolNames()) ?? 'use a name such as tcp, udp, icmp, or a number',
      );
      return undefined;
    }
    case 'port': {
      const port = environment.servicePort(text) ?? numberIn(word, text);
      if (port !== undefined) return constant(type, port);
      diagnostics.error(
        'name.value',
        word,
        `unknown service '${text}'`,
        quotedRangeHint(text) ??
          serviceHint(text, environment) ??
          didYouMean(text, environment.serviceNames()) ??
          'use a name from /etc/services, or a port number',
      );
      return undefined;
    }
    case 'address':
    case 'network': {
      const [base, prefix] = text.split('/');
      const address = parseAddress(base);
      if (address !== undefined && prefix === undefined) return constant({ name: 'address' }, address);
      if (
        address !== undefined &&
        /^\d{1,3}$/.test(prefix) &&
        Number(prefix) <= (typeof address === 'number' ? 32 : 128)
      ) {
        return constant({ name: 'network' }, networkValue({ address, prefix: Number(prefix) }));
      }
      diagnostics.error(
        'literal.address',
        word,
        `invalid address '${text}'`,
        quotedRangeHint(text) ??
          (isHostName(text)
            ? 'host names are not looked up: write the address'
            : 'write 10.0.0.1, 10.0.0.0/8 or 2001:db8::1, without quotes'),
      );
      return undefined;
    }
    case 'time': {
      const time = readTime(text, environment.now());
      if (typeof time !== 'object') return constant(type, time);
      diagnostics.error('literal.time', word, time.message, time.hint);
      return undefined;
    }
    case 'text':
      return constant(TEXT, text);
    case 'flags':
      diagnostics.error(
        'type',
        word,
        'flags are tested with has',
        flagNames(type.flags!).includes(text.toUpperCase())
          ? `write: status has ${text.toUpperCase()}`
          : enumNames('state').includes(text.toUpperCase())
            ? `write: state = ${text.toUpperCase()}`
            : 'write: status has ASSURED',
      );
      return undefined;
    case 'labels':
      diagnostics.error('type', word, 'labels are tested with has', `write: labels has ${text}`);
      return undefined;
    default:
      diagnostics.error(
        'type',
        word,
        `expected ${phrase(type)}, got '${text}'`,
        word.kind === 'literal' ? unquotedHint(text, type.name === 'duration') : undefined,
      );
      return undefined;
  }
}

/** For `'80:90'`. */
function quotedRangeHint(text: string): string | undefined {
  const range = rangeOf(text);
  return range && `a range is written without quotes: ${range}`;
}

/** For a number or a duration in quotes: `'5m'`, `'5 minutes'`. */
export function unquotedHint(text: string, isDuration: boolean): string | undefined {
  const millions = isDuration ? undefined : /^(\d[\d.]*)\s*m$/.exec(text)?.[1];
  if (millions !== undefined) return `write ${millions}M without quotes: m is for minutes`;
  const plain = withoutQuotes(text, isDuration) ?? (/^\d[\w.]*$/.test(text) ? text : undefined);
  return plain && `write ${plain} without quotes`;
}

/** The number of `'443'`. */
const numberIn = (word: Word, text: string): number | undefined =>
  word.kind === 'literal' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

const natHint = (text: string): string | undefined =>
  /^[\d.]+(?::\d+)?$|^\[?[\da-f]*:[\da-f:]+\]?/i.test(text)
    ? `write: snat = '${text}', or dnat`
    : /^(yes|true|on|any|1)$/i.test(text)
      ? 'write: nat != none'
      : /^(no|false|off|0)$/i.test(text)
        ? 'write: nat = none'
        : undefined;

function stateHint(text: string, states: readonly string[]): string | undefined {
  const flags = flagNames('status');
  const meant = intendedFlag(text, flags);
  const other = stateSynonym(text) ?? didYouMean(text, states);
  const flag = meant ?? (other === undefined ? nearest(text, flags) : undefined);
  return flag === undefined ? other : `write: status has ${flag}`;
}

/** Only if the machine has the proposed service. */
function serviceHint(text: string, environment: Environment): string | undefined {
  const hint = serviceSynonym(text);
  const name = /mean (.*)\?/.exec(hint ?? '')?.[1];
  return name !== undefined && environment.servicePort(name) !== undefined ? hint : undefined;
}

export const isHostName = (text: string): boolean => /^[a-z][\w-]*(\.[\w-]+)*$/i.test(text);

/**
 * Converts a constant to the type that it is compared with: a number to a port, an address to text.
 * @returns the constant itself if no conversion applies
 */
export function convertConstant(node: ConstNode, literal: LiteralExpr | undefined, type: Type): ConstNode {
  const from = node.type.name;
  if (type.name === from || node.value === null) return node;
  if (from === 'integer' && (type.name === 'port' || type.name === 'proto')) return constant(type, node.value);
  if (from === 'integer' && node.value === 0 && type.name === 'duration') return constant(type, 0);
  if (type.name === 'text' && literal) {
    if (from === 'address') return constant(TEXT, formatAddress(node.value as string | number));
    if (from === 'network') return constant(TEXT, formatNetwork(node.value as string));
  }
  return node;
}

/** Reports a constant that is not a whole number where only integers can be equal. */
export function checkWhole(
  { value }: { readonly value: Value },
  span: { start: number; end: number },
  what: string,
  diagnostics: Diagnostics,
  hint?: string,
): boolean {
  if (typeof value !== 'number' || Number.isInteger(value)) return true;
  diagnostics.error('range', span, `${value} is not a whole number: ${what} is never equal to it`, hint);
  return false;
}

/** Reports a constant outside the range of a field. */
export function checkRange(
  node: ConstNode,
  span: { start: number; end: number },
  field: { name: string; max?: number | bigint },
  diagnostics: Diagnostics,
): boolean {
  const { value } = node;
  if (field.max === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) return true;
  if (value >= 0 && value <= field.max) return true;
  diagnostics.error('range', span, `${value} is out of range: ${field.name} is 0 to ${field.max}`);
  return false;
}

export const literalType = (literal: LiteralExpr): Type =>
  literal.type === 'endpoint' ? TEXT : literal.type === 'integer' ? INTEGER : ({ name: literal.type } as Type);
