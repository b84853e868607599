/**
 * Lines of expectations: of `conntrack -L expect`, its events, `conntrackd -i exp`, and /proc/net/nf_conntrack_expect, which has
 * neither mask nor master.
 */
import { EXPECT_FLAGS } from '../../../lang/schema/constants.js';
import { ExpectationDraft, TupleDraft } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { ParseError } from '../reading/report/parse-error.js';
import type { EventName } from '../reading/text/event.js';
import { address, anyBase, UINT8, UINT16, UINT32, uint, utf8 } from '../reading/text/text-values.js';
import { EXPECT_FLAG_WORDS, type ExpectationKey, RESYNC, USERSPACE } from './words.js';

const FLAGS = new RegExp(`^(${EXPECT_FLAG_WORDS.join('|')})(,(${EXPECT_FLAG_WORDS.join('|')}))*$`);

/** @param line from the timeout on, a character a byte. @throws ParseError */
export function readExpectation(line: string, event: EventName | undefined, entries: Entries): void {
  const draft = new ExpectationDraft();
  draft.event = event;
  // The kernel writes `l3proto = 2`.
  // A program's name may have spaces, and comes last.
  const words =
    line
      .replace(/ progname=.*$/, '')
      .replace(/ l3proto = (\d+) /, ' l3proto=$1 ')
      .match(/\[[^\]]*\]|[^\s[]\S*|\[\S*/g) ?? [];
  // conntrackd(8) has no timeouts, and a permanent expectation has no timer.
  const timeout = words[0]?.includes('=') !== false ? '-' : words.shift()!;
  if (timeout !== '-') draft.timeout = uint(timeout, UINT32);
  if (!/^(l3)?proto=/.test(words[0] ?? '')) throw new ParseError('not an expectation: no protocol after the timeout');
  let tuple = draft.tuple;
  let ofKernel = false;
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = word.slice(0, Math.max(equals, 0)) as ExpectationKey | '';
    const value = word.slice(equals + 1);
    switch (key) {
      case '':
        if (FLAGS.test(word)) draft.flags = flagsOf(word);
        else if (ofKernel && draft.helper === undefined && /^[^/[]+/.test(word))
          draft.helper = utf8(word.split('/')[0]);
        else if (!ofKernel && word !== USERSPACE && word !== RESYNC) entries.report.unknown(word);
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
      // Not part of an entry.
      case 'gateway':
      case 'netns':
        break;
      default:
        entries.report.unknown(`${key}=`);
    }
  }
  // The kernel sends flags always, conntrack(8) shows those that are set.
  draft.flags ??= 0;
  entries.expectation(draft);
}

const flagsOf = (words: string): number =>
  words.split(',').reduce((bits, word) => bits | EXPECT_FLAGS[word as keyof typeof EXPECT_FLAGS], 0);
