/**
 * The lines of conntrack(8) (`plain`, `extended`, the events of `-E`) and of /proc/net/nf_conntrack: one grammar.
 *
 *     [TIMESTAMP] [EVENT] [ipv4 2] tcp 6 [TIMEOUT] [STATE] src=… dst=… … [UNREPLIED] src=… dst=… … [ASSURED] mark=… …
 */
import { DCCP_STATES, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import { AF_INET, AF_INET6, IPPROTO } from '../../ctnetlink/constants.js';
import type { Entries } from '../reading/entries.js';
import { completeStatus, FlowDraft, type TupleDraft } from '../reading/flow-draft.js';
import { Unreadable } from '../reading/parse-error.js';
import { address, anyBase, indexOf, UINT8, UINT16, UINT32, uint, uint64, utf8 } from '../reading/scan.js';
import { beganAt, parseCtime } from '../reading/time.js';
import { readExpectation } from './expectation-line.js';
import { type Prefix, prefixOf } from './prefix.js';

const SPACE = 0x20;
const EQUALS = 0x3d;
const OPEN = 0x5b;

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;

/** Reads a line of any kind. @throws Unreadable */
export function readLine(line: string, entries: Entries): void {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const prefix = prefixOf(text);
  const first = text.charCodeAt(prefix.at);
  if (isDigit(first) || first === 0x2d) readExpectation(text, prefix, entries);
  else new FlowLine(text, prefix, entries).read();
}

class FlowLine {
  readonly #line: string;
  readonly #entries: Entries;
  readonly #draft = new FlowDraft();
  #at: number;
  /** The direction that is being told of. */
  #tuple: TupleDraft;
  #shown: number = STATUS_FLAGS.SEEN_REPLY;
  #packets: Integer = 0;
  #start: Integer | undefined;
  #stop: Integer | undefined;
  #age: Integer | undefined;

  constructor(line: string, prefix: Prefix, entries: Entries) {
    this.#line = line;
    this.#at = prefix.at;
    this.#entries = entries;
    this.#draft.event = prefix.event;
    this.#draft.eventTime = prefix.time;
    this.#tuple = this.#draft.orig;
  }

  read(): void {
    this.#head();
    const line = this.#line;
    const { length } = line;
    let p = this.#at;
    for (;;) {
      while (p < length && line.charCodeAt(p) === SPACE) p++;
      if (p >= length) break;
      const begin = p;
      let equals = -1;
      for (; p < length; p++) {
        const c = line.charCodeAt(p);
        if (c === SPACE) break;
        if (c === EQUALS && equals < 0) equals = p;
      }
      if (line.charCodeAt(begin) === OPEN) p = this.#flag(begin, p);
      else if (equals > 0) p = this.#pair(line.slice(begin, equals), line.slice(equals + 1, p), equals + 1, p);
      // conntrack(8) writes labels none of which has a name so.
      else if (line.slice(begin, p) !== 'labels') throw strange(line.slice(begin, p));
    }
    const draft = this.#draft;
    if (draft.reply.src === undefined) throw new Unreadable('its reply direction is not there');
    this.#times();
    completeStatus(draft, this.#shown);
    this.#entries.flow(draft);
  }

  #word(): string {
    const line = this.#line;
    let begin = this.#at;
    while (line.charCodeAt(begin) === SPACE) begin++;
    const space = line.indexOf(' ', begin);
    this.#at = space < 0 ? line.length : space;
    return line.slice(begin, this.#at);
  }

  /** Family, protocol, timeout, state. */
  #head(): void {
    const draft = this.#draft;
    let name = this.#word();
    if (name === 'ipv4' || name === 'ipv6') {
      draft.family = name === 'ipv4' ? AF_INET : AF_INET6;
      if (this.#word() !== (name === 'ipv4' ? '2' : '10')) throw new Unreadable(`the number of ${name} is another`);
      name = this.#word();
    }
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Unreadable('it does not begin as an entry does');
    const proto = uint(this.#word(), UINT8);
    draft.orig.proto = proto;
    draft.reply.proto = proto;
    let before = this.#at;
    let word = this.#word();
    if (isDigit(word.charCodeAt(0))) {
      draft.timeout = uint(word, UINT32);
      before = this.#at;
      word = this.#word();
    }
    if (/^[A-Z][A-Z0-9_]*$/.test(word)) this.#state(proto, word);
    else this.#at = before;
  }

  #state(proto: number, word: string): void {
    switch (proto) {
      case IPPROTO.TCP:
        // The name of SYN_SENT2 before Linux 2.6.31.
        this.#draft.protoinfo = {
          protocol: 'tcp',
          state: indexOf(TCP_STATES, word === 'LISTEN' ? 'SYN_SENT2' : word, 'state of TCP'),
        };
        return;
      case IPPROTO.SCTP:
        this.#draft.protoinfo = { protocol: 'sctp', state: indexOf(SCTP_STATES, word, 'state of SCTP') };
        return;
      case IPPROTO.DCCP:
        this.#draft.protoinfo = { protocol: 'dccp', state: indexOf(DCCP_STATES, word, 'state of DCCP') };
        return;
      default:
        throw strange(word);
    }
  }

  /** @returns where to go on: some words have spaces in them */
  #flag(begin: number, end: number): number {
    const line = this.#line;
    const word = line.slice(begin, end);
    switch (word) {
      case '[UNREPLIED]':
        this.#shown &= ~STATUS_FLAGS.SEEN_REPLY;
        return end;
      case '[ASSURED]':
        this.#shown |= STATUS_FLAGS.ASSURED;
        return end;
      case '[OFFLOAD]':
        this.#shown |= STATUS_FLAGS.OFFLOAD;
        return end;
      case '[HW_OFFLOAD]':
        this.#shown |= STATUS_FLAGS.OFFLOAD | STATUS_FLAGS.HW_OFFLOAD;
        return end;
      // What they say stands in a message's header, and in none.
      case '[USERSPACE]':
      case '[RESYNC]':
        return end;
    }
    const close = line.indexOf(']', begin);
    if (close < 0) throw strange(word);
    if (word.startsWith('[start=')) this.#start = parseCtime(line.slice(begin + 7, close));
    else if (word.startsWith('[stop=')) this.#stop = parseCtime(line.slice(begin + 6, close));
    else this.#entries.complaints.note(`${line.slice(begin, close + 1)} is unknown, and passed over`);
    return close + 1;
  }

  /** @returns where to go on */
  #pair(key: string, value: string, from: number, end: number): number {
    const draft = this.#draft;
    const tuple = this.#tuple;
    switch (key) {
      case 'src':
        if (draft.orig.src !== undefined) this.#tuple = draft.reply;
        if (this.#tuple.src !== undefined) throw new Unreadable('it has more than two directions');
        this.#tuple.src = address(value);
        break;
      case 'dst':
        tuple.dst = address(value);
        break;
      case 'sport':
        tuple.sport = uint(value, UINT16);
        break;
      case 'dport':
        tuple.dport = uint(value, UINT16);
        break;
      case 'packets':
        this.#packets = uint64(value);
        break;
      case 'bytes': {
        const counters = { packets: this.#packets, bytes: uint64(value) };
        if (tuple === draft.orig) draft.origCounters = counters;
        else draft.replyCounters = counters;
        break;
      }
      case 'mark':
        draft.mark = uint(value, UINT32);
        break;
      case 'use':
        draft.use = uint(value, UINT32);
        break;
      case 'id':
        // Of an ICMP query where its code stands before it.
        if (tuple.icmpCode !== undefined && tuple.icmpId === undefined) tuple.icmpId = uint(value, UINT16);
        else draft.id = uint(value, UINT32);
        break;
      case 'type':
        tuple.icmpType = uint(value, UINT8);
        break;
      case 'code':
        tuple.icmpCode = uint(value, UINT8);
        break;
      case 'srckey':
        tuple.sport = anyBase(value, UINT16);
        break;
      case 'dstkey':
        tuple.dport = anyBase(value, UINT16);
        break;
      case 'zone':
        draft.zone = uint(value, UINT16);
        break;
      case 'zone-orig':
        draft.orig.zone = uint(value, UINT16);
        break;
      case 'zone-reply':
        draft.reply.zone = uint(value, UINT16);
        break;
      case 'delta-time':
        this.#age = uint64(value);
        break;
      case 'secmark':
        draft.secmark = uint(value, UINT32);
        break;
      case 'secctx':
        draft.secctx = utf8(value);
        break;
      case 'helper':
        draft.helper = { name: utf8(value) };
        break;
      case 'portid':
        draft.portid = uint(value, UINT32);
        break;
      case 'labels':
        return this.#labels(from);
      case 'progname':
        // A name may have spaces, and stands last.
        return this.#line.length;
      // What /proc/net/nf_conntrack says of GRE: its two timeouts, in place of a state.
      case 'timeout':
      case 'stream_timeout':
      // No part of an entry.
      case 'netns':
        break;
      default:
        this.#entries.complaints.note(`'${key}=' is unknown, and passed over`);
    }
    return end;
  }

  /** Names may have spaces in them; behind them stands at most what caused an event. */
  #labels(from: number): number {
    const line = this.#line;
    const cause = /\s(\[(USERSPACE|RESYNC)\]|netns=)/.exec(line.slice(from));
    const end = cause === null ? line.length : from + cause.index;
    this.#draft.labels = this.#entries.labels(utf8(line.slice(from, end)).trimEnd().split(','));
    return end;
  }

  #times(): void {
    const draft = this.#draft;
    let start = this.#start;
    let stop = this.#stop;
    if (start === undefined && this.#age !== undefined) {
      // The age is that at the end, where there is one.
      if (draft.event === 'destroy') stop ??= draft.eventTime ?? this.#entries.surroundings.taken;
      start = beganAt(this.#age, stop ?? draft.eventTime ?? this.#entries.surroundings.taken);
    }
    if (start !== undefined || stop !== undefined) draft.timestamps = { start, stop };
  }
}

const strange = (word: string): Unreadable => new Unreadable(`'${word.slice(0, 40)}' is unknown`);
