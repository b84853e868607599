import type { HelpTopic } from '../topic.js';

/** The help pages of statements that read a table. */
export const READING = {
  select: {
    summary: 'read a table',
    syntax: [
      'select [distinct] [COLUMN [[as] NAME], …] from TABLE|(SELECT) [[as] NAME] [in PLACE]',
      '       [where CONDITION] [group by EXPRESSION, …] [having CONDITION]',
      '       [order by EXPRESSION [asc|desc] [nulls first], …] [limit N [offset M]] [zero]',
      '       [every DURATION] [for DURATION] [until CONDITION]',
      "       [output [FORMAT, MODIFIER, …] [to 'FILE']]",
    ],
    text: [
      'Without columns, or with *, the result is whole entries, as conntrack -L lists them. With a join, * means the columns of both. The kernel filters as much of the condition as it can; explain shows which part.',
      [
        ['distinct', 'leave out duplicate rows'],
        ['from _', 'the rows of the last result'],
        ['from (select …)', 'the rows of another select; a file or table can have a name too: from conntrack c'],
        [
          'group by',
          'one row per group; without columns, its keys and count(*); all: every column without an aggregate',
        ],
        ['order by', 'a column, its name, its position, or any expression; nulls are last, or first with nulls first'],
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
    syntax: ['select … except [all] select …'],
    text: [
      'Whole entries are compared by tuple and zone only; with columns, rows are compared by their values. Each row appears once; with all, each row of the second query takes one of the first away.',
    ],
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
    see: ['select', 'intersect', 'union', 'snapshots'],
  },
  intersect: {
    summary: 'rows of one query that another returns as well',
    syntax: ['select … intersect [all] select …'],
    text: [
      'Whole entries are compared by tuple and zone only, and are those of the first query; with columns, rows are compared by their values. Each row appears once; with all, once for each that both have. It cannot be mixed with union and except in one query: write the one that comes first in from (select …).',
    ],
    examples: [
      {
        query: "select from conntrack intersect select from 'before.save'",
        what: 'flows that were there when the snapshot was taken',
      },
      {
        query: 'select src from conntrack where dport = 22 intersect select src from conntrack where dport = 443',
        what: 'sources that use both ports',
      },
    ],
    see: ['select', 'except', 'union'],
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
    see: ['select', 'except', 'intersect', 'with'],
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
    summary: 'add columns of a file or a table',
    syntax: ["select … from TABLE [left|cross] join 'FILE'|TABLE|(SELECT) [[as] NAME] on CONDITION …"],
    text: [
      'The file is CSV (with a header line), JSON, or JSON lines. Its columns are prefixed with the name of the file, or the name after as. left join keeps rows without a match, cross join has no condition. A file of entries is joined with their fields.',
      'A cell is read as the type of what it is compared with: 10MiB and 0x1f beside a number, https beside a port, a network beside an address, true and no beside true. A cell that cannot be read is equal to nothing; a warning counts them.',
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
} as const satisfies Record<string, HelpTopic>;
