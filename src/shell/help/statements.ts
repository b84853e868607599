import type { STATEMENT_TOPICS } from '../../lang/services/help-topics.js';
import type { HelpTopic } from './topic.js';

/** The help page of each statement. */
export const STATEMENTS = {
  select: {
    summary: 'read a table',
    syntax: [
      'select [distinct] [COLUMN [[as] NAME], …] from TABLE|(SELECT) [[as] NAME] [in PLACE]',
      '       [where CONDITION] [group by EXPRESSION, …] [having CONDITION]',
      '       [order by EXPRESSION [asc|desc], …] [limit N [offset M]] [zero]',
      '       [every DURATION] [for DURATION] [until CONDITION]',
      "       [output FORMAT, MODIFIER, … [to 'FILE']]",
    ],
    text: [
      'Without columns, or with *, the result is whole entries, as conntrack -L lists them. The kernel filters as much of the condition as it can; explain shows which part.',
      [
        ['distinct', 'leave out duplicate rows'],
        ['from _', 'the rows of the last result'],
        ['from (select …)', 'the rows of another select; a file or table can have a name too: from conntrack c'],
        [
          'group by',
          'one row per group; without columns, its keys and count(*); all: every column without an aggregate',
        ],
        ['order by', 'a column, its name, its position, or any expression; nulls come last'],
        ['zero', 'read the counters of the entries that match, and set them to 0 in the same step'],
        ['every', 'repeat the query until for, until or Ctrl-C ends it'],
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
        what: 'sources with more than a hundred flows',
      },
      {
        query: 'select proto, state, count(*) from conntrack group by proto, state',
        what: 'the number of flows in each state',
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
      "watch [COLUMN, …] from conntrack|expect|'FILE' [in PLACE] [on new, update, destroy]",
      '      [where CONDITION] [group by …] [having …] [order by …] [limit N]',
      '      [every DURATION] [for DURATION] [until CONDITION] [with existing, resync, state]',
      "      [into 'history'|'FOLDER' keep DURATION [, BYTES] | into 'clickhouse://…' [spool BYTES]]",
      '      [output FORMAT, …]',
    ],
    text: [
      'Each event is a row, shown at once. With group by, every sets the length of a window: one result per window, of the events in it. for, until, limit or Ctrl-C ends a watch.',
      "A log is followed as tail -F does: watch from 'nat.log' shows the events that are appended to it, also after it was rotated or cut. '-' is standard input: conntrack -E | ctq \"watch src, count(*) from '-' group by src every 5s\".",
      'Events that the kernel had to drop because they were not read fast enough are counted and reported. A larger buffer helps: set buffer = 256MiB, or --buffer.',
      [
        ['event', 'new, update or destroy; see also event_time and portid'],
        ['with existing', 'show the existing flows first; of a file, the events that it holds already'],
        ['with resync', 'after a loss, read the table again and report what was missed'],
      ],
    ],
    examples: [
      { query: 'watch from conntrack on new where dport = ssh for 1s', what: 'new SSH connections' },
      {
        query: 'watch event, src, dst, bytes from conntrack on destroy limit 5 for 1s',
        what: 'flows that end, with their byte counts',
      },
      {
        query:
          'watch src, count(*) as flows from conntrack on new group by src order by flows desc limit 5 every 1s for 1s',
        what: 'sources that open the most connections, second by second',
      },
    ],
    see: ['select', 'aggregates', 'output', 'settings'],
  },
  get: {
    summary: 'look up one entry',
    syntax: ['get [COLUMN, …] from conntrack|expect [in PLACE] where CONDITION [zero] [output FORMAT, …]'],
    text: [
      'Returns the one entry that matches the condition. It is an error (exit status 1) if none or several match: select returns any number. A condition that gives a whole tuple is one request to the kernel, without a dump.',
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
      'A flow needs addresses, protocol, ports (or ICMP id, type and code) and a timeout; the reply direction is derived from the original one unless it is given. With from, entries are copied from a snapshot, another zone or another network namespace; set changes them on the way.',
      'An entry that exists already is an error, unless on conflict is given.',
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
      'Fields that can be set: mark, timeout, labels, helper, status, state and the protocol fields; see describe conntrack. += and -= add and remove labels. A condition is required: where true matches every entry.',
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
      'Deletes the entries that match and prints their number. It is not an error if none match, except with --fail-empty (exit status 1). A condition is required: flush deletes everything.',
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
  count: {
    summary: 'count entries',
    syntax: ['count TABLE [in PLACE] [where CONDITION] [group by …]'],
    text: [
      'Short for select count(*) from TABLE. Without a condition the kernel answers from its own counter, and no entry is read.',
      'count is an aggregate function too: count(*) counts rows, count(x) the rows where x is not null, count(distinct x) the distinct values.',
    ],
    examples: [
      { query: 'count conntrack', what: 'all flows' },
      { query: 'count conntrack where status has UNREPLIED', what: 'flows without an answer' },
      { query: 'count conntrack group by proto', what: 'flows of each protocol' },
      { query: 'select count(distinct src) from conntrack', what: 'the number of hosts' },
    ],
    see: ['select', 'aggregates'],
  },
  explain: {
    summary: 'show how a query is executed',
    syntax: ['explain [analyze] STATEMENT'],
    text: [
      'Shows the request to the kernel, the part of the condition that the kernel filters, the part that is evaluated for each row, and the fields that are read. With analyze, the query is run too, and rows, bytes and time are shown instead of its result.',
      'For a watch, it shows the groups subscribed to, and which events the kernel refuses before it queues them; with analyze, it counts events received, shown and lost.',
      'For a statement that changes entries, it shows how they are found and which requests would be sent; nothing is sent. analyze is not allowed there: --dry-run shows the entries.',
    ],
    examples: [
      {
        query: 'explain select from conntrack where src = 10.0.0.0/8 and dport = 443',
        what: 'what the kernel filters',
      },
      { query: 'explain analyze select proto, count(*) from conntrack group by proto', what: 'and how long it takes' },
      { query: 'explain watch from conntrack where src = 10.0.0.5', what: 'which events the kernel sends' },
      { query: 'explain delete from conntrack where proto = tcp and dport = 443', what: 'one request, or many' },
    ],
    see: ['select', 'delete'],
  },
  except: {
    summary: 'rows of one query that another does not return',
    syntax: ['select … except select …'],
    text: ['Whole entries are compared by tuple and zone only; with columns, rows are compared by their values.'],
    examples: [
      {
        query: 'select from conntrack where proto = tcp except select from conntrack where status has ASSURED',
        what: 'TCP flows that are not assured',
      },
      {
        query: "select from 'before.save' except select from conntrack",
        what: 'flows that have ended since a snapshot',
      },
    ],
    see: ['select', 'union', 'snapshots'],
  },
  union: {
    summary: 'the rows of several queries',
    syntax: ['select … union [all] select … [order by …] [limit …]'],
    text: [
      'Each row appears once; with all, as often as it occurs. Whole entries are compared by tuple and zone. Columns are combined by position and have the names of the first select. Clauses after the last select apply to the whole result.',
    ],
    examples: [
      {
        query: 'select src as address from conntrack union select dst from conntrack order by address',
        what: 'every address, once',
      },
      {
        query: "select from conntrack union select from 'before.save'",
        what: 'flows of now and of a snapshot',
      },
    ],
    see: ['select', 'except', 'with'],
  },
  with: {
    summary: 'names for selects',
    syntax: ['with NAME as (SELECT), … SELECT'],
    text: [
      'The names can be used as tables by the selects that follow. A select is read again at each place where its name is used; its rows are not stored, except where they are joined.',
    ],
    examples: [
      {
        query:
          'with clients as (select src, count(*) as flows from conntrack group by src) select avg(flows), max(flows) from clients',
        what: 'an average over groups',
      },
      {
        query:
          'with udp as (select from conntrack where proto = udp) select from udp where dport = domain union select from udp where dport = http',
        what: 'one select, used twice',
      },
    ],
    see: ['select', 'union', 'let'],
  },
  join: {
    summary: 'add columns from a file',
    syntax: ["select … from TABLE [left] join 'FILE'|TABLE|(SELECT) [[as] NAME] on CONDITION …"],
    text: [
      'The file is CSV (with a header line), JSON, or JSON lines. Its columns are prefixed with the name of the file, or the name after as. left join keeps rows without a match.',
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
      'Defines $NAME, which can be used wherever a value or a list is allowed. Its value is never parsed as part of a statement, so $NAME cannot inject a condition. On the command line: --set NAME=VALUE.',
    ],
    examples: [
      { query: 'let office = 10.0.0.0/8; count conntrack where src = $office', what: 'a network' },
      { query: 'let web = (80, 443, 8080); count conntrack where dport in $web', what: 'a list' },
      {
        query:
          'let busy = (select src from conntrack group by src having count(*) > 100); select from conntrack where src in $busy',
        what: 'the result of a query',
      },
    ],
    see: ['scripts', 'values', 'echo'],
  },
  query: {
    summary: 'give a query a name',
    syntax: ['query NAME [(PARAMETER [= DEFAULT], …)] as SELECT', 'query NAME as watch …'],
    text: [
      'run executes it. Parameters are $NAME in the query, or $1, $2, … without being declared; a value can be anything that may be written there, such as a network or a list. Named queries are kept in ~/.config/ctq/queries.ctq, which can be edited; a query that needs no values can also be used as a table.',
    ],
    examples: [
      {
        query:
          'query talkers(n = 10) as select src, count(*) as flows from conntrack group by src order by flows desc limit $n; run talkers(5)',
        what: 'a query with a parameter',
      },
      {
        query: 'query dns as select from conntrack where dport = domain; count dns; drop query dns',
        what: 'a query as a table',
      },
    ],
    see: ['run', 'drop', 'show', 'let', 'with'],
  },
  run: {
    summary: 'execute a named query',
    syntax: ['run NAME [(VALUE, PARAMETER = VALUE, …)]'],
    text: ['Values are given in the order of the parameters, or by name. explain run … shows the plan.'],
    examples: [
      {
        query:
          'query from_net as select src, dst from conntrack where src in $1; run from_net((10.0.0.0/8, 192.0.2.7))',
        what: 'a list as the value',
      },
    ],
    see: ['query', 'show'],
  },
  drop: {
    summary: 'remove a named query',
    syntax: ['drop query NAME'],
    text: ['Entries are removed by delete and flush.'],
    examples: [{ query: 'query old as select src from conntrack; drop query old', what: 'define and remove' }],
    see: ['query', 'delete', 'flush'],
  },
  include: {
    summary: 'run another script',
    syntax: ["include 'FILE'"],
    text: [
      'The path is relative to the folder of the including script. Variables that the file defines are available afterwards. A file must not include itself, directly or indirectly.',
    ],
    examples: [{ query: "include 'networks.ctq'", what: 'definitions that several scripts share' }],
    see: ['scripts', 'let'],
  },
  echo: {
    summary: 'print values',
    syntax: ['echo EXPRESSION, …'],
    text: ['Prints the values, separated by spaces.'],
    examples: [
      { query: "echo 'flows:', (select count(*) from conntrack)", what: 'a line of a report' },
      { query: 'echo now()', what: 'the time' },
    ],
    see: ['scripts', 'let'],
  },
  set: {
    summary: 'change a setting',
    syntax: ['set NAME = VALUE', 'set NAME'],
    text: [
      'set NAME alone shows the value. A setting is in effect until the shell or the script ends; show settings lists all with their values. Statements in ~/.config/ctq/config.ctq apply whenever results go to a terminal.',
    ],
    examples: [
      { query: 'set timing = on', what: 'print the time each statement took' },
      { query: 'set format = jsonl', what: 'the format of statements without output' },
      { query: 'set read_only = on', what: 'reject changes from here on' },
    ],
    see: ['settings', 'show'],
  },
  use: {
    summary: 'set the default place of statements',
    syntax: [
      'use netns NAME',
      'use pid N',
      "use ssh 'HOST'",
      "use fleet ['GROUP']",
      'use history',
      "use file 'FILE'",
      'use kernel',
    ],
    text: [
      'A place is a network namespace given by name or process, another host, the gateways of a fleet, the history, a snapshot, or the namespace that ctq runs in. A statement may name its own: from conntrack in netns blue.',
    ],
    examples: [{ query: 'use kernel', what: 'back to the namespace that ctq runs in' }],
    see: ['namespaces', 'fleet', 'history', 'snapshots'],
  },
  prepare: {
    summary: 'make the tables of a history in ClickHouse',
    syntax: ["prepare history 'clickhouse://USER@HOST:PORT/DATABASE' keep DURATION [, DURATION]"],
    text: [
      'Shows the statements that make the tables, and asks on a terminal. keep is the age at which ClickHouse deletes flows; a second one is that of the sums by the hour. Tables that exist are not altered. With --dry-run, and with ?cluster=NAME in the address, the statements are only written.',
      'The password is read from CTQ_CLICKHOUSE_PASSWORD, or from the file that CTQ_CLICKHOUSE_PASSWORD_FILE names.',
    ],
    examples: [
      {
        query: "prepare history 'clickhouse://ctq@db.example.net/flows?cluster=main' keep 90d",
        what: 'the statements for a cluster',
      },
    ],
    see: ['history', 'watch'],
  },
  assert: {
    summary: 'end a script unless a condition is true',
    syntax: ["assert CONDITION [, 'MESSAGE']"],
    text: [
      'If the condition is not true, the script ends with exit status 1, or what set assert_status has selected, and prints its file and line and the message. Null is not true.',
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
    syntax: [
      'show tables',
      'show fields from TABLE',
      'show settings',
      'show variables',
      'show queries',
      "show fleet ['GROUP']",
      "show history ['FOLDER']",
    ],
    text: ['The lists are results like any other: -o json and the other formats apply to them.'],
    examples: [
      { query: 'show tables', what: 'the tables and their operations' },
      { query: 'show settings', what: 'the settings and their values' },
      { query: 'show variables', what: 'what let and --set have defined' },
      { query: 'show queries', what: 'named queries' },
    ],
    see: ['describe', 'tables', 'settings'],
  },
  describe: {
    summary: 'the fields of a table',
    syntax: ['describe TABLE'],
    text: ['Each field with its type and description; for enums and flags, the possible names.'],
    examples: [{ query: 'describe expect', what: 'the fields of expectations' }],
    see: ['show', 'tables'],
  },
  help: {
    summary: 'this help',
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
