/**
 * Lines of expectations: of `conntrack -L expect`, its events, and /proc/net/nf_conntrack_expect, which has neither
 * mask nor master.
 */
import { EXPECT_FLAGS } from '../../../lang/schema/constants.js';
import type { Entries } from '../reading/entries.js';
import { ExpectationDraft, TupleDraft } from '../reading/flow-draft.js';
import { Unreadable } from '../reading/parse-error.js';
import { address, anyBase, UINT8, UINT16, UINT32, uint, utf8 } from '../reading/scan.js';
import type { Prefix } from './prefix.js';

const FLAGS = /^(PERMANENT|INACTIVE|USERSPACE)(,(PERMANENT|INACTIVE|USERSPACE))*$/;

/** @throws Unreadable */
export function readExpectation(line: string, prefix: Prefix, entries: Entries): void {
  const draft = new ExpectationDraft();
  draft.event = prefix.event;
  // The kernel writes `l3proto = 2`.
  const words = line
    .slice(prefix.at)
    .replace(/ l3proto = (\d+) /, ' l3proto=$1 ')
    .split(' ')
    .filter(word => word !== '');
  const timeout = words.shift()!;
  // A permanent one has no timer.
  if (timeout !== '-') draft.timeout = uint(timeout, UINT32);
  let tuple = draft.tuple;
  let ofKernel = false;
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = word.slice(0, Math.max(equals, 0));
    const value = word.slice(equals + 1);
    switch (key) {
      case '':
        if (FLAGS.test(word)) draft.flags = flagsOf(word);
        else if (ofKernel && draft.helper === undefined && /^[^/[]+/.test(word))
          draft.helper = utf8(word.split('/')[0]);
        else if (!ofKernel && word !== '[USERSPACE]' && word !== '[RESYNC]') throw unknown(word);
        break;
      case 'l3proto':
        ofKernel = true;
        break;
      case 'proto':
        draft.tuple.proto = uint(value, UINT8);
        break;
      case 'mask-src':
        tuple = new TupleDraft();
        draft.mask = tuple;
        tuple.src = address(value);
        break;
      case 'master-src':
        tuple = new TupleDraft();
        draft.master = tuple;
        tuple.src = address(value);
        break;
      case 'src':
        tuple.src = address(value);
        break;
      case 'dst':
      case 'mask-dst':
      case 'master-dst':
        tuple.dst = address(value);
        break;
      case 'sport':
        tuple.sport = uint(value, UINT16);
        break;
      case 'dport':
        tuple.dport = uint(value, UINT16);
        break;
      case 'srckey':
        tuple.sport = anyBase(value, UINT16);
        break;
      case 'dstkey':
        tuple.dport = anyBase(value, UINT16);
        break;
      case 'type':
        tuple.icmpType = uint(value, UINT8);
        break;
      case 'code':
        tuple.icmpCode = uint(value, UINT8);
        break;
      case 'id':
        tuple.icmpId = uint(value, UINT16);
        break;
      case 'zone':
        draft.zone = uint(value, UINT16);
        break;
      case 'class':
        draft.class = uint(value, UINT32);
        break;
      case 'helper':
        draft.helper = utf8(value);
        break;
      case 'portid':
        draft.portid = uint(value, UINT32);
        break;
      case 'progname':
      // Another namespace's name is no part of an entry.
      case 'netns':
        break;
      default:
        entries.complaints.note(`'${key}=' is unknown, and passed over`);
    }
  }
  // The kernel sends flags always, conntrack(8) shows those that are set.
  draft.flags ??= 0;
  entries.expectation(draft);
}

const unknown = (word: string): Unreadable => new Unreadable(`'${word.slice(0, 40)}' is unknown`);

export const flagsOf = (words: string): number =>
  words.split(',').reduce((bits, word) => bits | EXPECT_FLAGS[word as keyof typeof EXPECT_FLAGS], 0);
