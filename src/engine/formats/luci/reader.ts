/**
 * The objects of LuCI's getConntrackList, which `ubus call luci getConntrackList` shows: what it keeps of /proc/net/nf_conntrack. It has
 * neither the reply direction nor state and flags, and its counters are the sums of both directions.
 */

import type { Integer } from '../../../lang/values/value.js';
import { FlowDraft, setStatus } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { isOfLuci } from '../reading/marks.js';
import type { ObjectFormat } from '../reading/reader.js';
import { type JsonObject, members, number, number64, text } from '../reading/text/json-value.js';
import { address, anyBase, familyOf, protocol, UINT8, UINT16, UINT32 } from '../reading/text/text-values.js';

function read(object: JsonObject, entries: Entries): void {
  const draft = new FlowDraft();
  const { orig, reply } = draft;
  let packets: Integer = 0;
  let bytes: Integer = 0;
  for (const [key, value] of members(object)) {
    switch (key) {
      case 'layer3':
        draft.family = familyOf(text(value, key));
        break;
      case 'layer4':
        orig.proto = protocol(text(value, key).toLowerCase());
        break;
      case 'src':
      case 'dst':
        orig[key] = address(text(value, key));
        break;
      case 'sport':
      case 'dport':
        orig[key] = number(value, UINT16, key);
        break;
      case 'srckey':
        orig.sport = anyBase(text(value, key), UINT16);
        break;
      case 'dstkey':
        orig.dport = anyBase(text(value, key), UINT16);
        break;
      case 'type':
        orig.icmpType = number(value, UINT8, key);
        break;
      case 'code':
        orig.icmpCode = number(value, UINT8, key);
        break;
      case 'id':
        orig.icmpId = number(value, UINT16, key);
        break;
      case 'packets':
        packets = number64(value, key);
        break;
      case 'bytes':
        bytes = number64(value, key);
        break;
      case 'timeout':
      case 'mark':
      case 'use':
        draft[key] = number(value, UINT32, key);
        break;
      case 'zone':
        draft.zone = number(value, UINT16, key);
        break;
      default:
        entries.report.note(`unknown member '${key.slice(0, 40)}', ignored`);
    }
  }
  reply.proto = orig.proto;
  reply.src = orig.dst;
  reply.dst = orig.src;
  reply.sport = orig.dport;
  reply.dport = orig.sport;
  reply.icmpId = orig.icmpId;
  entries.report.note(
    'LuCI has no reply direction: translations and state are unknown, and the counters of both directions are shown as those of the original one',
  );
  draft.origCounters = { packets, bytes };
  setStatus(draft, 0);
  entries.flow(draft, true);
}

export const LUCI_OBJECTS: ObjectFormat = {
  called: "an object of LuCI's getConntrackList",
  matches: isOfLuci,
  make: entries => ({ read: object => read(object, entries) }),
};
