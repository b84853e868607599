import type { HelpTopic } from '../topic.js';

/** The help pages of statements that change entries. */
export const CHANGING = {
  insert: {
    summary: 'create entries, restore snapshots',
    syntax: [
      'insert into conntrack|expect [in PLACE] set FIELD = EXPRESSION, … [on conflict ignore|update]',
      "insert into conntrack|expect [in PLACE] [set FIELD = EXPRESSION, …] from TABLE|'FILE' [in PLACE]",
      '       [where CONDITION] [on conflict ignore|update] [output FORMAT, …]',
    ],
    text: [
      'A flow needs addresses, protocol, ports (or ICMP id, type and code) and a timeout; the reply direction is derived from the original one unless it is given. With from, entries are copied from a snapshot, another zone or another network namespace; set changes them on the way.',
      'An entry that exists already is an error, unless on conflict is given. On a terminal, on conflict update asks before it changes any.',
    ],
    examples: [
      {
        query:
          'insert into conntrack set proto = udp, src = 10.0.1.2, dst = 192.0.2.2, sport = 5000, dport = 53, timeout = 2m',
        what: 'one flow',
      },
      { query: "insert into conntrack from 'dump.save' on conflict ignore", what: 'restore a snapshot' },
      {
        query: 'insert into conntrack set zone = 12 from conntrack where zone = 11',
        what: 'copy the flows of a zone to another',
      },
    ],
    see: ['update', 'snapshots', 'values'],
  },
  zero: {
    summary: 'read counters and set them to 0',
    syntax: ['select … from conntrack where CONDITION … zero', 'get … from conntrack where CONDITION zero'],
    text: [
      'Each entry that matches is read and set to 0 by one request, so that no count is lost; conntrack -z loses some. The result has the counts from before. Entries that limit leaves out keep their counters. Without a question: zero changes no connection.',
      'To see the entries first, leave zero out, or use --dry-run.',
    ],
    examples: [
      {
        query: 'select src, packets, bytes from conntrack where dport = https zero',
        what: 'counters of HTTPS, from 0 again',
      },
    ],
    see: ['select', 'update'],
  },
  update: {
    summary: 'change entries',
    syntax: [
      'update conntrack [in PLACE] set FIELD = EXPRESSION, … where CONDITION [limit N] [output FORMAT, …]',
      'update sysctl set value = N where CONDITION',
    ],
    text: [
      'Fields that can be set: mark, timeout, labels, helper, status, state and the protocol fields; see describe conntrack. += and -= add and remove labels. A condition is required, of which each part tests a field: where true matches every entry.',
      'On a terminal, ctq first shows the entries it would change and asks for confirmation; --yes skips the question, --dry-run stops after showing.',
    ],
    examples: [
      { query: 'update conntrack set mark = 0x10 where src = 10.0.0.0/8', what: 'mark the flows of a network' },
      { query: 'update conntrack set timeout = 1h where dport = ssh', what: 'keep SSH connections for an hour' },
      {
        query: 'update sysctl set value = 1 where name = nf_conntrack_acct',
        what: 'count packets and bytes of flows that begin from now on',
      },
    ],
    see: ['insert', 'delete', 'where', 'values'],
  },
  delete: {
    summary: 'delete entries',
    syntax: ['delete from conntrack|expect [in PLACE] where CONDITION [limit N] [output FORMAT, …]'],
    text: [
      'Deletes the entries that match and prints their number. It is not an error if none match, except with --fail-empty (exit status 1). A condition is required, of which each part tests a field: flush deletes everything.',
      'On a terminal, ctq first shows the entries it would delete, warns if your own SSH connection is one of them, and asks for confirmation; --yes skips the question, --dry-run stops after showing.',
    ],
    examples: [
      { query: 'delete from conntrack where dst = 203.0.113.7', what: 'cut the flows to an address' },
      {
        query: 'delete from conntrack where status has UNREPLIED and proto = udp',
        what: 'UDP flows without an answer',
      },
      { query: 'delete from conntrack where src = 10.0.1.66 output extended', what: 'and print the deleted entries' },
    ],
    see: ['flush', 'where', 'update'],
  },
  flush: {
    summary: 'delete all entries of a table',
    syntax: ['flush conntrack|expect [in PLACE]'],
    text: [
      'Deletes all entries and prints their number. On a terminal, ctq asks for confirmation; --yes skips the question.',
    ],
    examples: [{ query: 'flush expect', what: 'delete all expectations' }],
    see: ['delete'],
  },
} as const satisfies Record<string, HelpTopic>;
