/** `-I expect …`: expectations as command lines. */
import { applyExpectation } from '../json/expectation-reader.js';
import { ExpectationDraft, TupleDraft } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { ParseError } from '../reading/report/parse-error.js';
import type { EventName } from '../reading/text/event.js';
import type { JsonObject } from '../reading/text/json-value.js';
import { address, anyBase, familyOf, protocol, UINT16, UINT32, uint } from '../reading/text/text-values.js';
import { type EntryOption, optionOf } from './option-table.js';

/** Values by their options, a character a byte. */
export type Options = ReadonlyMap<EntryOption, string>;

/** @param object what follows the options. @throws ParseError */
export function readExpectation(
  options: Options,
  event: EventName | undefined,
  object: JsonObject | undefined,
  entries: Entries,
): void {
  const draft = new ExpectationDraft();
  const proto = textOf(options, 'protonum');
  const family = textOf(options, 'family');
  if (proto === undefined) throw new ParseError('the protocol (-p) is missing');
  draft.event = event;
  draft.family = family === undefined ? 0 : familyOf(family);
  const named = tupleOf(options, 'orig', protocol(proto.toLowerCase()));
  const expected = tupleOf(options, 'tuple', named.proto!);
  if (expected.src !== undefined || expected.dst !== undefined) {
    draft.master = named;
    Object.assign(draft.tuple, expected);
  } else {
    // A delete names the expected tuple itself.
    Object.assign(draft.tuple, named);
  }
  const mask = tupleOf(options, 'mask', named.proto!);
  if (mask.src !== undefined || mask.dst !== undefined) draft.mask = mask;
  const timeout = textOf(options, 'timeout');
  if (timeout !== undefined) draft.timeout = uint(timeout, UINT32);
  const zone = textOf(options, 'zone');
  if (zone !== undefined) draft.zone = uint(zone, UINT16);
  if (object !== undefined) applyExpectation(draft, object, entries);
  if (draft.mask !== undefined) draft.mask.proto = draft.tuple.proto;
  draft.flags ??= 0;
  entries.expectation(draft);
}

/** The value of an option by its long name. */
const textOf = (options: Options, long: string): string | undefined => {
  const option = optionOf(`--${long}`);
  return option && options.get(option);
};

function tupleOf(options: Options, part: 'orig' | 'tuple' | 'mask', proto: number): TupleDraft {
  const tuple = new TupleDraft();
  const given = <T>(name: string, read: (text: string) => T): T | undefined => {
    const text = textOf(options, name);
    return text === undefined ? undefined : read(text);
  };
  tuple.proto = proto;
  tuple.src = given(`${part}-src`, address);
  tuple.dst = given(`${part}-dst`, address);
  const key = (text: string): number => anyBase(text, UINT16);
  tuple.sport = given(`${part}-port-src`, key) ?? given(`${part}-key-src`, key);
  tuple.dport = given(`${part}-port-dst`, key) ?? given(`${part}-key-dst`, key);
  return tuple;
}
