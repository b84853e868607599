import { EXPECT_FLAGS } from '../../../lang/schema/constants.js';
import { type ExpectationDraft, TupleDraft } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { EVENTS } from '../reading/text/event.js';
import { flags, type JsonObject, members, number, object, seconds, text } from '../reading/text/json-value.js';
import { address, indexOf, UINT16, UINT32 } from '../reading/text/text-values.js';
import { applyTuple, family, tupleOf, unknown } from './tuple-reader.js';
import { IGNORED } from './words.js';

/** Sets the fields of an expectation from its object. @throws ParseError */
export function applyExpectation(draft: ExpectationDraft, value: JsonObject, entries: Entries): void {
  for (const [key, each] of members(value)) {
    switch (key) {
      case 'family':
        draft.family = family(each);
        break;
      case 'mask':
      case 'master':
        draft[key] = tupleOf(each, key, entries);
        break;
      case 'zone':
        draft.zone = number(each, UINT16, key);
        break;
      case 'timeout':
        draft.timeout = seconds(each, UINT32, key);
        break;
      case 'id':
      case 'class':
      case 'portid':
        draft[key] = number(each, UINT32, key);
        break;
      case 'helper':
      case 'fn':
        draft[key] = text(each, key);
        break;
      case 'flags':
        draft.flags = flags(each, EXPECT_FLAGS, key);
        break;
      case 'nat':
        draft.nat = natOf(each);
        break;
      case 'event':
        draft.event = EVENTS[indexOf(EVENTS, text(each, key), 'event')];
        break;
      default:
        if (!applyTuple(draft.tuple, key, each) && !IGNORED.has(key)) unknown(key, entries);
    }
  }
}

/** Only the source of the translation is used; the kernel leaves the rest zero. */
function natOf(value: unknown): NonNullable<ExpectationDraft['nat']> {
  const { dir, src, sport } = object(value, 'nat');
  const tuple = new TupleDraft();
  tuple.src = address(text(src, 'nat.src'));
  tuple.dst = typeof tuple.src === 'number' ? 0 : '\0'.repeat(8);
  if (sport !== undefined && sport !== null) {
    tuple.sport = number(sport, UINT16, 'nat.sport');
    tuple.dport = 0;
  }
  return { direction: indexOf(['original', 'reply'], text(dir, 'nat.dir'), 'direction'), tuple };
}
