/** Expectations in conntrack(8)'s XML, where they are `<flow>`s too. */

import { ExpectationDraft, TupleDraft } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { EVENTS } from '../reading/text/event.js';
import { address, anyBase, indexOf, UINT8, UINT16, UINT32, uint } from '../reading/text/text-values.js';
import type { Element } from './any-element.js';
import { EXPECT_FLAG_ELEMENTS, TUPLES } from './words.js';

export const isExpectation = ({ children }: Element): boolean =>
  children.some(({ name, children }) => name === 'layer3' && children.some(child => child.name === 'expected'));

/** @throws ParseError */
export function readExpectation(element: Element, portid: number, entries: Entries): void {
  const draft = new ExpectationDraft();
  const { type } = element.attributes;
  if (type !== undefined) draft.event = EVENTS[indexOf(EVENTS, type, 'event')];
  draft.portid = portid;
  for (const child of element.children) {
    if (child.name === 'layer3') {
      draft.family = uint(child.attributes.protonum ?? '', UINT8);
      readTuples(child, draft, entries);
    } else if (child.name === 'layer4') {
      draft.tuple.proto = uint(child.attributes.protonum ?? '', UINT8);
      readTuples(child, draft, entries);
    } else if (child.name === 'meta') {
      for (const each of child.children) readDetail(each, draft, entries);
    }
    // The time of writing, also in `<meta>`.
    else if (child.name !== 'when') entries.report.unknown(`<${child.name}>`);
  }
  draft.flags ??= 0;
  entries.expectation(draft);
}

function readTuples(layer: Element, draft: ExpectationDraft, entries: Entries): void {
  for (const { name, children } of layer.children) {
    const part = TUPLES.find(each => each === name);
    if (part === undefined) {
      entries.report.unknown(`<${name}>`);
      continue;
    }
    // Keys of protocols that have none are empty elements.
    if (part !== 'expected' && children.length > 0) draft[part] ??= new TupleDraft();
    const tuple = part === 'expected' ? draft.tuple : draft[part];
    for (const { name: key, text } of tuple === undefined ? [] : children) {
      if (key === 'src' || key === 'dst') tuple![key] = address(text);
      else if (key === 'sport' || key === 'srckey') tuple!.sport = anyBase(text, UINT16);
      else if (key === 'dport' || key === 'dstkey') tuple!.dport = anyBase(text, UINT16);
      else entries.report.unknown(`<${key}>`);
    }
  }
}

function readDetail({ name, text }: Element, draft: ExpectationDraft, entries: Entries): void {
  switch (name) {
    case 'helper-name':
      draft.helper = text;
      return;
    case 'timeout':
    case 'class':
      draft[name] = uint(text, UINT32);
      return;
    case 'zone':
      draft.zone = uint(text, UINT16);
      return;
    case 'permanent':
    case 'inactive':
    case 'userspace':
      draft.flags = (draft.flags ?? 0) | EXPECT_FLAG_ELEMENTS[name];
      return;
    case 'when':
      return;
    default:
      entries.report.unknown(`<${name}>`);
  }
}
