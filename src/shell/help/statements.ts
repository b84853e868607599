import type { STATEMENT_TOPICS } from '../../lang/services/help-topics.js';
import type { HelpTopic } from './topic.js';

/** What help says of each statement. */
export const STATEMENTS = {
  select: {
    summary: 'read a table',
    syntax: [
      'select [distinct] [COLUMN [as NAME], …] from TABLE [in PLACE]',
      '       [where CONDITION] [group by EXPRESSION, …] [having CONDITION]',
      '       [order by EXPRESSION [asc|desc], …] [limit N [offset M]] [zero]',
      '       [every DURATION] [for DURATION] [until CONDITION]',
      "       [output FORMAT, MODIFIER, … [to 'FILE']]",
    ],
    text: [
      'Without columns, or with *, the result is whole entries, as conntrack -L lists them. What of the condition the kernel can filter, it filters; explain tells.',
      [
        ['distinct', 'each row once'],
        ['group by', 'one row a group; without columns its keys and count(*)'],
        ['order by', 'a column, its name, its position, or any expression; nulls come last'],
        ['zero', 'read the counters of the entries that match, and set them to 0 in the same step'],
        ['every', 'run the query again and again, until for, until or Ctrl-C ends it'],
      ],
    ],
    examples: [
      { query: 'select from conntrack where dport = https', what: 'whole flows to port 443' },
      {
        query: 'select src, dst, dport, bytes from conntrack where proto = tcp order by bytes desc limit 10',
        what: 'the ten largest TCP flows',
      },
      {
        query: 'select src, count(*) as flows from conntrack group by src having flows > 100 order by flows desc',
        what: 'who has more than a hundred flows',
      },
      {
        query: 'select proto, state, count(*) from conntrack group by proto, state',
        what: 'how many flows are in which state',
      },
      {
        query: "select from conntrack where zone = 0 output save to 'zone0.save'",
        what: 'a snapshot that can be restored',
      },
    ],
    see: ['where', 'values', 'aggregates', 'output', 'explain', 'count'],
  },
  watch: {
    summary: 'follow events as they happen',
    syntax: [
      'watch [COLUMN, …] from conntrack|expect [in PLACE] [on new, update, destroy]',
      '      [where CONDITION] [group by …] [having …] [order by …] [limit N]',
      '      [every DURATION] [for DURATION] [until CONDITION] [with existing, resync, state]',
      '      [output FORMAT, …]',
    ],
    text: [
      'Each event is a row, shown at once. With group by, every makes windows: one result a window, of the events in it. for, until, limit or Ctrl-C end it.',
      'What the kernel had to drop because nobody read fast enough is counted and told. A larger buffer helps: set buffer = 256MiB, or --buffer.',
      [
        ['event', 'new, update, destroy; event_time and portid go with it'],
        ['with existing', 'first the flows that are there already'],
        ['with resync', 'after a loss the table is read again, and what was missed is told'],
      ],
    ],
    examples: [
      { query: 'watch from conntrack on new where dport = ssh for 1s', what: 'who logs in' },
      {
        query: 'watch event, src, dst, bytes from conntrack on destroy limit 5 for 1s',
        what: 'flows that end, with what they carried',
      },
      {
        query:
          'watch src, count(*) as flows from conntrack on new group by src order by flows desc limit 5 every 1s for 1s',
        what: 'who opens the most connections, second by second',
      },
    ],
    see: ['select', 'aggregates', 'output', 'settings'],
  },
  get: {
    summary: 'look up one entry',
    syntax: ['get [COLUMN, …] from conntrack|expect [in PLACE] where CONDITION [zero] [output FORMAT, …]'],
    text: [
      'The one entry that the condition names. No such entry is an error (exit status 1), and so are several: select finds any number. A condition that pins a whole tuple is one request to the kernel, without a dump.',
    ],
    examples: [
      {
        query:
          'get from conntrack where proto = tcp and src = 10.0.1.2 and sport = 40000 and dst = 192.0.2.2 and dport = 80',
        what: 'one flow by its tuple',
      },
      {
        query:
          'get state, timeout from conntrack where proto = tcp and src = 10.0.1.2 and sport = 40000 and dst = 192.0.2.2 and dport = 80',
        what: 'two of its fields',
      },
    ],
    see: ['select', 'where'],
  },
  insert: {
    summary: 'create entries, restore snapshots',
    syntax: [
      'insert into conntrack|expect [in PLACE] set FIELD = EXPRESSION, … [on conflict ignore|update]',
      "insert into conntrack|expect [in PLACE] [set FIELD = EXPRESSION, …] from TABLE|'FILE' [in PLACE]",
      '       [where CONDITION] [on conflict ignore|update] [output FORMAT, …]',
    ],
    text: [
      'A flow needs addresses, protocol, ports (or ICMP id, type and code) and a timeout; the reply direction follows from the original one where it is left out. With from, entries are copied: out of a snapshot, another zone, another network namespace; set changes them on the way.',
      'An entry that is there already is an error, unless on conflict says what to do.',
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
  update: {
    summary: 'change entries',
    syntax: [
      'update conntrack [in PLACE] set FIELD = EXPRESSION, … where CONDITION [limit N] [output FORMAT, …]',
      'update sysctl set value = N where CONDITION',
    ],
    text: [
      'What can be set: mark, timeout, labels, helper, status, state and the protocol fields; describe conntrack tells. += and -= add and take away labels. A condition must be there: where true means all.',
      'On a terminal ctq shows first what it would touch, and asks; --yes answers, --dry-run stops there.',
    ],
    examples: [
      { query: 'update conntrack set mark = 0x10 where src = 10.0.0.0/8', what: 'mark the flows of a network' },
      { query: 'update conntrack set timeout = 1h where dport = ssh', what: 'keep logins for an hour' },
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
      'Deletes what matches, and tells how many. Nothing that matches is a success; --fail-empty asks for exit status 1. A condition must be there: flush deletes everything.',
      'On a terminal ctq shows first what it would touch, warns where your own SSH connection is among it, and asks; --yes answers, --dry-run stops there.',
    ],
    examples: [
      { query: 'delete from conntrack where dst = 203.0.113.7', what: 'cut the flows to an address' },
      {
        query: 'delete from conntrack where status has UNREPLIED and proto = udp',
        what: 'UDP flows without an answer',
      },
      { query: 'delete from conntrack where src = 10.0.1.66 output extended', what: 'and show which they were' },
    ],
    see: ['flush', 'where', 'update'],
  },
  flush: {
    summary: 'delete all entries of a table',
    syntax: ['flush conntrack|expect [in PLACE]'],
    text: ['Deletes everything, and tells how much that was. On a terminal ctq asks first; --yes answers.'],
    examples: [{ query: 'flush expect', what: 'forget all expectations' }],
    see: ['delete'],
  },
  count: {
    summary: 'how many entries there are',
    syntax: ['count TABLE [in PLACE] [where CONDITION] [group by …]'],
    text: [
      'Short for select count(*) from TABLE. Without a condition the kernel answers from its own counter, and no entry is read.',
      'count is an aggregate function too: count(*) counts rows, count(x) those where x is not null, count(distinct x) the different values.',
    ],
    examples: [
      { query: 'count conntrack', what: 'all flows' },
      { query: 'count conntrack where status has UNREPLIED', what: 'those without an answer' },
      { query: 'select count(distinct src) from conntrack', what: 'how many hosts' },
    ],
    see: ['select', 'aggregates'],
  },
  explain: {
    summary: 'how a query is answered',
    syntax: ['explain [analyze] STATEMENT'],
    text: [
      'Tells which request is made to the kernel, what of the condition the kernel filters, what is left to do per row, and which fields are read. With analyze the query is run too, and rows, bytes and time are told instead of its result.',
      'Of a statement that changes something it tells how the entries are found and which requests are sent; nothing is sent for it, and analyze refuses it: --dry-run shows the entries.',
    ],
    examples: [
      {
        query: 'explain select from conntrack where src = 10.0.0.0/8 and dport = 443',
        what: 'what the kernel filters',
      },
      { query: 'explain analyze select proto, count(*) from conntrack group by proto', what: 'and how long it takes' },
      { query: 'explain delete from conntrack where proto = tcp and dport = 443', what: 'one request, or many' },
    ],
    see: ['select', 'delete'],
  },
  except: {
    summary: 'what one query has and another has not',
    syntax: ['select … except select …'],
    text: [
      'Whole entries are told apart by their tuple and zone, whatever else may differ; with columns, rows are told apart by their values.',
    ],
    examples: [
      {
        query: 'select from conntrack where proto = tcp except select from conntrack where status has ASSURED',
        what: 'TCP flows that are not assured',
      },
      { query: "select from 'before.save' except select from conntrack", what: 'what is gone since a snapshot' },
    ],
    see: ['select', 'snapshots'],
  },
  join: {
    summary: 'names, owners, sites from a file',
    syntax: ["select … from TABLE [left] join 'FILE' [as NAME] on CONDITION …"],
    text: [
      'The file is CSV (with a first line of names), JSON, or JSON lines. Its columns are written with the name of the file, or the one after as, before them. left join keeps rows without a partner.',
    ],
    examples: [
      {
        query:
          "select hosts.owner, count(*) from conntrack join 'hosts.csv' as hosts on src = hosts.ip group by hosts.owner",
        what: 'flows by owner',
      },
    ],
    see: ['select', 'snapshots'],
  },
  let: {
    summary: 'name a value, a list, or a result',
    syntax: ['let NAME = EXPRESSION', 'let NAME = (VALUE, VALUE, …)', 'let NAME = (select …)'],
    text: [
      '$NAME stands for it from then on, wherever a value or a list may stand. A value is never read as a part of a statement: $NAME cannot bring in a condition of its own. On the command line: --set NAME=VALUE.',
    ],
    examples: [
      { query: 'let office = 10.0.0.0/8; count conntrack where src = $office', what: 'a network' },
      { query: 'let web = (80, 443, 8080); count conntrack where dport in $web', what: 'a list' },
      {
        query:
          'let busy = (select src from conntrack group by src having count(*) > 100); select from conntrack where src in $busy',
        what: 'what a query gives',
      },
    ],
    see: ['scripts', 'values', 'echo'],
  },
  include: {
    summary: 'run another script',
    syntax: ["include 'FILE'"],
    text: [
      'The path begins at the folder of the script that includes it. What the file defines is known afterwards. A file that includes itself, by whatever way, is refused.',
    ],
    examples: [{ query: "include 'networks.ctq'", what: 'definitions that several scripts share' }],
    see: ['scripts', 'let'],
  },
  echo: {
    summary: 'print values',
    syntax: ['echo EXPRESSION, …'],
    text: ['Prints the values, with a blank between them.'],
    examples: [
      { query: "echo 'flows:', (select count(*) from conntrack)", what: 'a line of a report' },
      { query: 'echo now()', what: 'the time' },
    ],
    see: ['scripts', 'let'],
  },
  set: {
    summary: 'change a setting',
    syntax: ['set NAME = VALUE'],
    text: [
      'Settings hold until the shell or the script ends; show settings lists them with what they are now. The file ~/.config/ctq/config.ctq may hold such statements for whenever a person looks at the output.',
    ],
    examples: [
      { query: 'set timing = on', what: 'tell how long each statement takes' },
      { query: 'set format = jsonl', what: 'for statements that name no format' },
      { query: 'set read_only = on', what: 'refuse changes from here on' },
    ],
    see: ['settings', 'show'],
  },
  use: {
    summary: 'where statements go that name no place',
    syntax: ['use netns NAME', 'use pid N', "use file 'FILE'", 'use kernel'],
    text: [
      'A network namespace by name or process, a snapshot, or the namespace that ctq runs in. A single statement may name a place of its own: from conntrack in netns blue.',
    ],
    examples: [{ query: 'use kernel', what: 'back to the namespace that ctq runs in' }],
    see: ['namespaces', 'snapshots'],
  },
  assert: {
    summary: 'end a script where something does not hold',
    syntax: ["assert CONDITION [, 'MESSAGE']"],
    text: [
      'Where the condition is not true, the script ends with exit status 1, and says where, and the message. Null is not true.',
    ],
    examples: [
      {
        query: "assert (select count(*) from conntrack) < 200000, 'the table is filling up'",
        what: 'a check for a monitor',
      },
    ],
    see: ['scripts'],
  },
  show: {
    summary: 'list tables, fields, settings',
    syntax: ['show tables', 'show fields from TABLE', 'show settings'],
    text: ['The lists are results: -o json and the other formats work for them as for any other.'],
    examples: [
      { query: 'show tables', what: 'the tables and what can be done with them' },
      { query: 'show settings', what: 'the settings and their values' },
    ],
    see: ['describe', 'tables', 'settings'],
  },
  describe: {
    summary: 'the fields of a table',
    syntax: ['describe TABLE'],
    text: ['Each field with its type and what it is; of enums and flags, the names that they know.'],
    examples: [{ query: 'describe expect', what: 'the fields of expectations' }],
    see: ['show', 'tables'],
  },
  help: {
    summary: 'this',
    syntax: ['help [TOPIC]'],
    text: [
      'Topics are statements, subjects, tables, fields and functions: help select, help values, help status, help net.',
    ],
    examples: [
      { query: 'help operators', what: 'a subject' },
      { query: 'help orig.bytes', what: 'a field' },
    ],
  },
} as const satisfies Record<(typeof STATEMENT_TOPICS)[number], HelpTopic>;
