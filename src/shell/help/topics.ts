import type { Topic } from '../../lang/help-topics.js';

/** A page of help. Every example parses and checks; a test runs them. */
export interface Page {
  readonly title: string;
  readonly syntax?: string;
  readonly text: string;
  readonly examples: readonly string[];
}

export const PAGES = {
  select: {
    title: 'reads entries of a table or a snapshot',
    syntax: `select [distinct] [COLUMNS] from TABLE [in PLACE]
       [where CONDITION] [group by EXPR, …] [having CONDITION]
       [order by EXPR [asc|desc], …] [limit N [offset M]] [zero]
       [every DURATION] [for DURATION] [until CONDITION]
       [output FORMAT, MODIFIER, … [to 'FILE']]`,
    text: 'Without columns a query gives whole entries. zero shows counters and sets them to 0, of the matching entries alone. every repeats the query.',
    examples: [
      'select from conntrack where src = 10.0.0.1 and status has ASSURED',
      'select src, count(*) as flows from conntrack group by src order by flows desc limit 10',
      'select from conntrack where dport = https output extended, id',
    ],
  },
  watch: {
    title: 'shows events as they happen',
    syntax: `watch [COLUMNS] from conntrack|expect [in PLACE] [on new, update, destroy]
      [where CONDITION] [group by …] [having …] [order by …] [limit N]
      [every DURATION] [for DURATION] [until CONDITION] [with resync, existing, state] [output …]`,
    text: 'With group by it aggregates: once a window with every, else once at the end. Events that the kernel dropped are counted and told.',
    examples: [
      'watch from conntrack on destroy where dport = 53',
      'watch proto, count(*), rate(*) from conntrack on new group by proto every 5s',
    ],
  },
  get: {
    title: 'reads the one entry that the condition names',
    syntax: 'get [COLUMNS] from conntrack|expect where CONDITION [zero] [output …]',
    text: 'The condition names a whole tuple; the zone is 0 where it is left out. None is an error (exit status 1).',
    examples: [
      'get from conntrack where proto = tcp and src = 10.0.0.1 and dst = 10.0.0.2 and sport = 40000 and dport = 443',
    ],
  },
  insert: {
    title: 'creates entries',
    syntax: `insert into conntrack|expect [in PLACE] set FIELD = EXPR, … [on conflict ignore|update]
insert into conntrack|expect [in PLACE] [set FIELD = EXPR, …] from TABLE|'FILE' [in PLACE] [where …] [on conflict …]`,
    text: 'The reply direction is the inverse of the original one where it is left out. The second form restores and copies; set overrides fields.',
    examples: [
      'insert into conntrack set proto = udp, src = 10.0.0.1, dst = 10.0.0.2, sport = 5000, dport = 53, timeout = 60s',
      "insert into conntrack from 'dump.save' on conflict ignore",
      'insert into conntrack set zone = 12 from conntrack where zone = 11',
    ],
  },
  update: {
    title: 'changes entries',
    syntax: 'update conntrack [in PLACE] set FIELD = EXPR, … where CONDITION [limit N] [output …]',
    text: 'Expressions may name the fields of each entry. On a terminal it asks first.',
    examples: [
      'update conntrack set mark = mark & 0xffff0000 | 7 where src = 10.0.0.0/8',
      'update conntrack set timeout = 5m where proto = udp and dport = 53',
      "update sysctl set value = 1 where name = 'nf_conntrack_acct'",
    ],
  },
  delete: {
    title: 'deletes the entries that meet a condition',
    syntax: 'delete from conntrack|expect [in PLACE] where CONDITION [limit N] [output …]',
    text: 'On a terminal it shows what it would delete, and asks. An entry that went away meanwhile counts as gone; one that took its tuple since is left alone.',
    examples: [
      'delete from conntrack where src = 10.1.2.3',
      'delete from conntrack where proto = udp and dport = 53 and status has UNREPLIED',
    ],
  },
  flush: {
    title: 'deletes all entries of a table',
    syntax: 'flush conntrack|expect [in PLACE]',
    text: 'On a terminal it asks first.',
    examples: ['flush expect'],
  },
  count: {
    title: 'counts entries',
    syntax: 'count TABLE [in PLACE] [where CONDITION]',
    text: 'Short for select count(*). Without a condition the kernel answers at once.',
    examples: ['count conntrack', 'count conntrack where status has UNREPLIED'],
  },
  explain: {
    title: 'tells how a query is answered',
    syntax: 'explain [analyze] SELECT',
    text: 'Which request is made, what of the condition the kernel filters, what is left to do per row, which fields are read. With analyze the query is run, and counted.',
    examples: [
      'explain select from conntrack where src = 10.0.0.1 and timeout < 5m',
      'explain analyze select from conntrack where mark = 7',
    ],
  },
  except: {
    title: 'what is in one query and not in another',
    syntax: 'SELECT except SELECT',
    text: 'Whole entries are compared by tuple and zone, columns by value.',
    examples: ["select from 'before.save' except select from conntrack"],
  },
  join: {
    title: 'brings columns of a file into a query',
    syntax: "select … from conntrack [left] join 'FILE' [as NAME] on CONDITION …",
    text: "The file is CSV with a header, JSON or JSONL. Its columns are NAME.COLUMN; the name is the file's where none is given.",
    examples: ["select hosts.owner, count(*) from conntrack join 'hosts.csv' on src = hosts.ip group by hosts.owner"],
  },
  let: {
    title: 'names a value, a list or a result',
    syntax: 'let NAME = EXPR | (VALUE, …) | (SELECT)',
    text: '$NAME stands wherever a value or a list may stand.',
    examples: [
      'let pool = (192.0.2.1, 192.0.2.2)',
      'let busy = (select src from conntrack group by src having count(*) > 1000)',
    ],
  },
  include: {
    title: 'runs another script',
    syntax: "include 'FILE'",
    text: 'The path is relative to the script that includes it.',
    examples: ["include 'common.ctq'"],
  },
  echo: {
    title: 'prints values',
    syntax: 'echo EXPR, …',
    text: 'Texts are printed without quotes, parted by a space.',
    examples: ["echo 'flows:', (select count(*) from conntrack)"],
  },
  set: {
    title: 'changes a setting',
    syntax: 'set NAME = VALUE',
    text: 'show settings lists them.',
    examples: ['set timing = on', 'set format = jsonl'],
  },
  use: {
    title: 'chooses where statements go',
    syntax: "use netns NAME | pid N | file 'FILE' | kernel",
    text: 'Until the next use, statements without a place of their own go there.',
    examples: ['use netns blue', 'use kernel'],
  },
  assert: {
    title: 'fails a script where a condition does not hold',
    syntax: "assert CONDITION [, 'MESSAGE']",
    text: 'Exit status 1.',
    examples: ["assert (select count(*) from conntrack) < 200000, 'the table is nearly full'"],
  },
  show: {
    title: 'lists tables, fields, settings',
    syntax: 'show tables | show fields from TABLE | show settings',
    text: 'The lists are results: output formats of the command line apply.',
    examples: ['show tables', 'show fields from expect', 'show settings'],
  },
  describe: {
    title: 'lists the fields of a table',
    syntax: 'describe TABLE',
    text: 'The same as show fields from TABLE.',
    examples: ['describe conntrack'],
  },
  help: {
    title: 'explains',
    syntax: 'help [TOPIC]',
    text: 'A topic is a statement, a table, a field, a function, or one of the subjects that help lists.',
    examples: ['help', 'help select', 'help status'],
  },
  where: {
    title: 'conditions',
    text: `= != < <= > >=, between a and b, in (values, ranges, networks), like 'pattern', has FLAG, is null, is private; and, or, not.
An address = or in a network means inside of it. host is any of the four addresses, port any of the four ports.
Logic is three-valued: a comparison with null is neither true nor false, and rows are shown where the condition is true.`,
    examples: [
      'select from conntrack where src in (10.0.0.0/8, 192.168.0.0/16) and dst is public',
      'select from conntrack where port in (http, https, 8000..8999)',
      'select from conntrack where status has any (UNREPLIED, DYING) and reply.dst != orig.src',
    ],
  },
  operators: {
    title: 'operators, from the loosest to the tightest',
    text: 'or · and · not · = != < <= > >= in between like has is · | · ^ · & · << >> · + - · * / % · unary - ~',
    examples: [
      'select from conntrack where mark & 0xff00 = 0x1200',
      'select src, bytes / packets as size from conntrack',
    ],
  },
  values: {
    title: 'how values are written',
    text: `addresses 10.0.0.1 2001:db8::1, networks 10.0.0.0/8, numbers 42 0xff 10MiB 5k, durations 90s 5m 1h30m 2d (always with a unit),
times '2026-11-24T10:00:00Z' or now() - 5m, texts 'in quotes', names where the field calls for them: tcp, https, ESTABLISHED.`,
    examples: [
      'select from conntrack where bytes > 10MiB and timeout < 5m',
      'select from conntrack where start > now() - 1h',
    ],
  },
  functions: {
    title: 'functions of a row',
    text: '',
    examples: [
      'select net(src, 24), count(*) from conntrack group by net(src, 24)',
      'select service(dport), count(*) from conntrack group by 1',
    ],
  },
  aggregates: {
    title: 'functions over the rows of a group',
    text: '',
    examples: ['select proto, count(*), sum(bytes), p95(bytes) from conntrack group by proto'],
  },
  output: {
    title: 'how results are written',
    syntax: "output FORMAT, MODIFIER, … [to 'FILE']",
    text: 'A table on a terminal; elsewhere extended for whole entries, tsv for columns. A file is written beside its name and renamed at the end.',
    examples: ['select from conntrack output xml', 'select src, bytes from conntrack output csv, noheader'],
  },
  formats: {
    title: 'output formats and modifiers',
    text: '',
    examples: ['select from conntrack output extended, id, ktimestamp'],
  },
  tables: {
    title: 'what can be read',
    text: '',
    examples: ['select from stats', "select name, value from sysctl where name like '%timeout%'"],
  },
  settings: { title: 'what set changes', text: '', examples: ['set timing = on', 'show settings'] },
  snapshots: {
    title: 'files in place of the kernel',
    text: "from 'FILE' reads what conntrack(8) prints (plain, extended, save, xml, -E logs), /proc/net/nf_conntrack, and ctq's own json and jsonl; '-' is standard input. No rights are needed.",
    examples: [
      "select src, count(*) from 'dump.save' group by src",
      "select from 'before.xml' except select from 'after.xml'",
    ],
  },
  namespaces: {
    title: 'network namespaces',
    text: 'in netns NAME, in pid N, after the table; use netns NAME for all statements that follow; --netns NAME on the command line.',
    examples: ['select from conntrack in netns blue', 'count conntrack in pid 4711'],
  },
  scripts: {
    title: 'files of statements',
    text: 'ctq FILE.ctq runs a script; #!/usr/bin/env ctq on its first line makes it a command. let names values, include brings in other files, assert checks, echo prints. It stops at the first statement that fails, unless set on_error = continue.',
    examples: ["let most = 1000; assert (select count(*) from conntrack) < $most, 'too many flows'"],
  },
  shell: {
    title: 'the interactive shell',
    text: 'ctq without a query on a terminal. Tab completes, Ctrl-R searches the history, Ctrl-C ends what runs, Ctrl-D leaves; .help lists its commands.',
    examples: ['help'],
  },
  errors: {
    title: 'mistakes and exit statuses',
    text: 'All mistakes of a text are found before anything runs, each with its place and a hint. Exit status: 0 done; 2 the statement or command line is wrong; 1 anything else.',
    examples: ['explain select from conntrack'],
  },
} as const satisfies Record<Topic, Page>;
