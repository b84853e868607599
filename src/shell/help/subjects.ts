import { AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS } from '../../lang/functions/registry.js';
import { TABLES } from '../../lang/schema/catalogue.js';
import { FORMATS, MODIFIER_NAMES, modifierDoc } from '../../lang/schema/formats.js';
import { SETTING_NAMES, SETTINGS } from '../../lang/schema/settings.js';
import type { SUBJECT_TOPICS } from '../../lang/services/help-topics.js';
import { TOP_PAGE } from './top-page.js';
import type { Glossary, HelpTopic } from './topic.js';

const functions = (table: Readonly<Record<string, { signature: string; doc: string }>>): Glossary =>
  Object.values(table).map(({ signature, doc }) => [signature, doc]);

/** The help pages of subjects other than statements. */
export const SUBJECTS = {
  where: {
    summary: 'conditions',
    text: [
      'A condition is true, false, or unknown (null). A comparison with a field that an entry does not have is unknown; only rows whose condition is true are shown.',
      [
        ['a = b', 'and != < <= > >=; an address = a network means inside'],
        ['x between a and b', 'both ends included'],
        ['x in (a, b, c..d)', 'values, ranges, networks; not in'],
        ['x = a..b', 'short for x in (a..b)'],
        ['x in (select …)', "the result of a query; also of a file: (select ip from 'hosts.csv')"],
        ['x is null', 'the entry does not have it; is not null'],
        ['src is private', 'or public, loopback, multicast, link_local; is not …'],
        ['src is mine', 'the flow of your own SSH connection; is not mine'],
        ['src = 10.0.0.1:80', 'address and port of the same end'],
        ['status has ASSURED', 'has (A, B): both; has any (A, B): one of them'],
        ['nat has dst', 'the destination is translated, and possibly the source; nat = dst: the destination only'],
        ['snat = 203.0.113.1', 'the address, with any port; also a network, or 203.0.113.1:1024'],
        ['mark = 0x102/0xfff', 'value/mask: mark & 0xfff = 0x102; also for status and other flags'],
        ["helper like 'ft%'", '% matches any text, _ one character; ilike ignores case'],
        ['exists (select …)', 'the query has a row'],
        ['and, or, not, ( )', 'with the usual precedence: not, then and, then or'],
        ['host, port', 'any of the four addresses, any of the four ports'],
      ],
    ],
    examples: [
      { query: 'select from conntrack where host = 10.0.1.2 and port = 53', what: 'in either direction' },
      { query: 'select from conntrack where dport in (http, https, 8000..8999)', what: 'values and ranges' },
      { query: 'select from conntrack where src is private and dst is public', what: 'from inside to outside' },
      { query: 'select from conntrack where reply.dst != orig.src', what: 'source NAT: two fields compared' },
    ],
    see: ['operators', 'values'],
  },
  operators: {
    summary: 'arithmetic and comparison',
    text: [
      'From highest to lowest precedence:',
      [
        ['- ~', 'sign, complement'],
        ['* / %', '/ gives a decimal; division by zero gives null'],
        ['+ -', 'integers are exact at any size; also for times and durations'],
        ['<< >>', 'bit shifts'],
        ['&', 'bitwise and'],
        ['^', 'bitwise exclusive or'],
        ['|', 'bitwise or'],
        ['||', 'texts one after another; null if one of them is'],
        ['= != < <= > >=', 'also between, in, like, has, is'],
        ['not', ''],
        ['and', ''],
        ['or', ''],
      ],
    ],
    examples: [
      { query: 'select from conntrack where mark & 0xff00 = 0x1200', what: 'some bits of the mark' },
      { query: 'select src, bytes / packets as size from conntrack where packets > 0', what: 'mean packet size' },
    ],
    see: ['where', 'values', 'functions'],
  },
  case: {
    summary: 'case, casts',
    syntax: [
      'case when CONDITION then VALUE … [else VALUE] end',
      'case VALUE when VALUE then VALUE … [else VALUE] end',
      'cast(VALUE as TYPE)   VALUE::TYPE',
    ],
    text: [
      'The value is that of the first branch whose condition is true; without else, null if there is none. The values must be of one type; if(condition, a, b) is short for a case with one branch.',
      "Types are integer, decimal, text, address, network, port, proto, duration, time and boolean; names of PostgreSQL such as int, inet and interval are accepted. A cast gives null where there is no such value: cast('x' as integer). Durations and times are seconds as numbers.",
    ],
    examples: [
      {
        query:
          "select src, case when bytes > 1MiB then 'large' when bytes > 1k then 'medium' else 'small' end as size from conntrack",
        what: 'a name for each range',
      },
      {
        query:
          "select case proto when tcp then 't' when udp then 'u' else '?' end as p, count(*) from conntrack group by p",
        what: 'values instead of conditions',
      },
      { query: "select src || ':' || sport as client, timeout::integer as seconds from conntrack", what: 'casts' },
    ],
    see: ['operators', 'functions', 'where'],
  },
  values: {
    summary: 'addresses, numbers, durations, times, names',
    text: [
      [
        ['10.0.0.1, 2001:db8::1', 'addresses, without quotes'],
        ['10.0.0.0/8, fe80::/10', 'networks'],
        ['42, 0xff, 1.5', 'numbers'],
        ['10k, 10MiB', 'k M G T are powers of 1000, Ki Mi Gi Ti of 1024'],
        ['90s, 5m, 1h30m, 2d, 250ms', 'durations'],
        ["'2026-11-24T10:00:00Z'", 'a time; now() - 5m is one too'],
        ['\'text\', "text"', 'a quote inside is doubled'],
        ['tcp, https, ESTABLISHED', 'names, for fields whose values have names'],
        ['true, false, null', ''],
        ['$name', 'a variable defined by let or --set'],
      ],
    ],
    examples: [
      { query: 'select from conntrack where bytes > 10MiB', what: 'a number with a unit' },
      { query: 'select from conntrack where timeout < 1m30s', what: 'a duration' },
      { query: 'select from conntrack where src = 2001:db8::/32', what: 'a network' },
    ],
    see: ['where', 'operators', 'let'],
  },
  functions: {
    summary: 'functions of values',
    text: [functions(SCALAR_FUNCTIONS)],
    examples: Object.values(SCALAR_FUNCTIONS).map(({ example, doc }) => ({ query: example, what: doc })),
    see: ['aggregates', 'operators'],
  },
  aggregates: {
    summary: 'functions of groups',
    text: [
      functions(AGGREGATE_FUNCTIONS),
      'Nulls are ignored. Sums are exact. Percentiles are exact for up to 100,000 values per group, and within half a percent beyond that.',
    ],
    examples: [
      {
        query: 'select proto, count(*), sum(bytes), p95(bytes) from conntrack group by proto',
        what: 'one row per protocol',
      },
      { query: 'select max(timeout) from conntrack', what: 'the whole table is one group' },
    ],
    see: ['select', 'functions'],
  },
  output: {
    summary: 'the format and destination of results',
    syntax: [
      "… output FORMAT, MODIFIER, … [to 'FILE']",
      "… output nagios [warning CONDITION] [critical CONDITION] [to 'FILE']",
    ],
    text: [
      'At the end of a statement, or for all statements: ctq -o FORMAT,MODIFIER --to FILE. A file appears complete or not at all.',
      MODIFIER_NAMES.map(name => [name, modifierDoc(name)] as const),
    ],
    examples: [
      { query: 'select from conntrack output extended, id', what: "conntrack(8)'s lines, with ids" },
      { query: 'select src, dst, bytes from conntrack output csv, noheader', what: 'for other programs' },
      { query: 'select proto, count(*) from conntrack group by proto output bars', what: 'a chart' },
      {
        query: 'select proto, count(*) as ctq_flows from conntrack group by proto output openmetrics',
        what: 'for Prometheus',
      },
      {
        query: 'select count(*) as flows from conntrack output nagios warning flows > 200k critical flows > 250k',
        what: 'a check for Nagios and Icinga: one line, and the exit status',
      },
    ],
    see: ['formats', 'snapshots', 'settings'],
  },
  formats: {
    summary: 'table, json, csv and others',
    text: [Object.entries(FORMATS).map(([name, { doc }]) => [name, doc] as const)],
    examples: [
      { query: 'select from conntrack limit 1 output vertical', what: 'all fields of one flow' },
      { query: 'select from conntrack output jsonl', what: 'one object per line, for jq' },
    ],
    see: ['output'],
  },
  tables: {
    summary: 'the tables of the language',
    text: [Object.values(TABLES).map(({ name, doc }) => [name, doc] as const)],
    examples: [
      { query: "select name, value from sysctl where name like '%timeout%'", what: 'the timeouts of this kernel' },
      { query: 'select from stats', what: 'the counters of each CPU' },
    ],
    see: ['describe', 'select', 'snapshots'],
  },
  settings: {
    summary: 'the settings that set changes',
    text: [SETTING_NAMES.map(name => [name, SETTINGS[name].doc] as const)],
    examples: [
      { query: 'set human = on', what: '10 MiB instead of 10485760' },
      { query: 'show settings', what: 'their current values' },
    ],
    see: ['set', 'show'],
  },
  history: {
    summary: 'record flows, and ask who had an address yesterday',
    text: [
      "watch … into records flows when they end, to /var/lib/ctq/history ('history') or to a folder. keep says for how long, and optionally how many bytes; each recorder deletes its own oldest flows. With columns, only those fields are kept. A flow that is open for long is recorded every 30 minutes, with the counters of that time; these rows have event = update.",
      'in history reads what was recorded; in history with a folder in quotes, that folder. A range of time is required:',
      [
        ['since TIME', 'what ended since then; since forever reads everything'],
        ['between A and B', 'what ended from A, included, to B, excluded'],
        ['at TIME', 'what was open at that time; within 2s allows for clocks that differ'],
      ],
      "A time is '2026-11-27T14:03:00Z', UTC without an offset; '2026-11-27 15:03 Europe/Berlin'; now, today, yesterday, 'yesterday 14:00'; 10m ago or 10m, which is counted back from now.",
      'Fields: gateway, netns, event, start, since, stop, proto, addresses, ports and ICMP identifiers of both directions, their packets and bytes, status, mark, zone, labels, helper, id; and age, nat, family, packets, bytes, which are computed. Missing flows are reported with the result: lost events, and times without a recorder.',
      'Group by bucket(stop, 1h) for a course of time: output chart draws it, output svg as a picture. explain shows what SQL does of a query, and what it reads; show history what there is.',
      "A history may be in ClickHouse, for many gateways: watch … into 'clickhouse://USER@HOST/DATABASE' spool 2GiB sends flows by way of a spool on disk; in history 'clickhouse://…' asks. prepare history makes its tables. It requires the package @clickhouse/client.",
      'A history in files requires the package @duckdb/node-api; the start of flows requires net.netfilter.nf_conntrack_timestamp=1.',
    ],
    examples: [
      { query: "watch from conntrack on destroy into 'history' keep 30d", what: 'records until it is interrupted' },
      {
        query:
          "select src, sport from conntrack in history at '2026-11-27T14:03:00Z' where reply.dst = 203.0.113.7 and reply.dport = 40123",
        what: 'the client that had a translated address and port at a time',
      },
      {
        query:
          'select src, sum(bytes) as bytes from conntrack in history since now() - 7d group by src order by bytes desc limit 10',
        what: 'the top ten of a week',
      },
      {
        query:
          'select bucket(stop, 1h) as hour, sum(bytes) as bytes from conntrack in history since now() - 1d group by hour output chart',
        what: 'the day as a picture',
      },
    ],
    see: ['watch', 'select', 'show', 'prepare'],
  },
  fleet: {
    summary: 'many gateways, asked together',
    text: [
      'in fleet reads the tables of all members of the fleet, in fleet with the name of a group or a member, or several in parentheses, those. The field gateway shows where a row comes from. A fleet is only read: select, count and watch.',
      'The members are listed in /etc/ctq/fleet.conf and ~/.config/ctq/fleet.conf, a line for each: its name, its groups, and how it is reached.',
      [
        ['gw1 edge paris nats', 'by its agent, which is connected to a NATS server'],
        ['gw3 lab ssh root@gw3', 'by ssh, which must log in without asking; for about ten hosts at most'],
        ['server = tls://HOST:4222', 'the NATS server; ca, nkey, cert and key name files'],
      ],
      'Gateways that do not answer are named with the reason, and the exit status is 1; set fleet_missing = fail gives no result instead. fleet_deadline is how long each may take.',
    ],
    examples: [
      {
        query: 'select src, count(*) from conntrack in fleet group by src order by 2 desc limit 10',
        what: 'the top ten of all gateways',
      },
      {
        query: "select gateway, count(*) from conntrack in fleet 'edge' where dport = ssh group by gateway",
        what: 'the gateways of a group',
      },
      {
        query: "select gateway, value from sysctl in fleet where name = 'nf_conntrack_count'",
        what: 'how full the tables are',
      },
      { query: 'show fleet', what: 'the members' },
    ],
    see: ['namespaces', 'use', 'settings'],
  },
  snapshots: {
    summary: 'files of entries',
    text: [
      "The name of a file in quotes is a table: a file that ctq wrote in any of its formats, or the output of conntrack(8). '-' is standard input. output save keeps everything that can be restored.",
    ],
    examples: [
      { query: "select from conntrack output save to 'now.save'", what: 'take one' },
      { query: "select proto, count(*) from 'now.save' group by proto", what: 'query it' },
      { query: "select from conntrack except select from 'now.save'", what: 'flows that began since' },
      { query: "insert into conntrack from 'now.save' on conflict ignore", what: 'restore it' },
    ],
    see: ['insert', 'except', 'output'],
  },
  namespaces: {
    summary: 'other network namespaces, and other hosts',
    text: [
      'A statement reads or changes the network namespace given by in: netns NAME as ip netns list shows it, or pid N of a process in it. use and --netns set it for all statements. Entering another namespace requires CAP_SYS_ADMIN.',
      'netns * means all named namespaces, for select and watch; the field netns shows where a row comes from. ssh names another host, for reading and watching only: ctq or conntrack(8) must be installed there, and ssh must log in without asking. A list in parentheses names several hosts, which are read side by side; the field gateway shows where a row comes from.',
    ],
    examples: [
      { query: 'count conntrack in netns blue', what: 'a namespace by name' },
      {
        query: 'select netns, count(*) from conntrack in netns * group by netns',
        what: 'the number of flows in each',
      },
      { query: "count conntrack in ssh 'root@gw1'", what: 'another host' },
      {
        query: "select gateway, count(*) from conntrack in ssh ('gw1', 'gw2') group by gateway",
        what: 'several hosts',
      },
      { query: 'select from conntrack in pid 4711', what: 'the namespace of a process, such as a container' },
      {
        query: 'insert into conntrack in netns blue from conntrack where zone = 11',
        what: 'copy flows to another namespace',
      },
    ],
    see: ['use', 'fleet'],
  },
  scripts: {
    summary: 'several statements in a file',
    text: [
      'Statements end with ;. Comments: -- … (with a space), # …, /* … */. With #!/usr/bin/env ctq as its first line, a file can be run as a program. The whole file is checked before its first statement runs; then it stops at the first statement that fails, unless on_error is set to continue.',
      [
        ['ctq report.ctq', 'run it'],
        ['ctq --set office=10.0.0.0/8 report.ctq', 'with $office defined'],
        ['ctq --check report.ctq', 'check it without running it'],
        ['ctq < report.ctq', 'from a pipe'],
      ],
    ],
    examples: [
      {
        query:
          "let limit_of_flows = 200000; assert (select count(*) from conntrack) < $limit_of_flows, 'too many flows'",
        what: 'a check for a monitor',
      },
    ],
    see: ['let', 'include', 'echo', 'assert', 'set', 'errors'],
  },
  shell: {
    summary: 'working interactively',
    text: [
      'ctq alone starts the interactive shell. A statement ends with ; and may span several lines; without ; it runs if no clause can follow, or after an empty line. Candidates appear below the line; Tab chooses. Ctrl-C cancels the running statement; quit, exit or Ctrl-D leaves. help keys lists the keys.',
      [
        ['.help', 'the commands of the shell, which begin with a dot'],
        ['.full', 'how full the table is, and what fills it'],
        ['.top', 'the connections as they change, on the full screen'],
        ['.mode json, .once x.csv', 'the format of results; a file for the next one'],
        ['.timing off, .edit, .history', 'times, the editor, what was run'],
        ['\\d, \\x, \\watch 2', 'commands of psql'],
        ['!ip route', 'a command of the system'],
        ['10.0.0.1, conntrack, tcp', 'an address, a table, a protocol: the flows'],
        ['select …; | sort', 'hands the result to a program'],
      ],
    ],
    examples: [{ query: 'set timing = on', what: 'settings last until you exit' }],
    see: ['examples', 'keys', 'settings', 'scripts'],
  },
  keys: {
    summary: 'the keys of the interactive shell',
    text: [
      [
        ['Enter', 'runs a statement that ends with ; or that no clause can follow; else a new line'],
        ['Alt-Enter', 'a new line'],
        ['Tab, Shift-Tab', 'the candidates below the line: complete, choose the next, the previous'],
        ['Esc', 'closes the candidates, and takes back what was chosen'],
        ['→, End', 'take what is suggested in grey; Alt-F, Ctrl-→: the next word of it'],
        ['↑, ↓', 'among the lines of a statement, then in the history: entries that begin like the line'],
        ['Ctrl-R', 'search the history: words in any order, also incomplete; Enter puts an entry into the line'],
        ['Ctrl-X Ctrl-E', 'edit the line in $VISUAL or $EDITOR'],
        ['Ctrl-_', 'undo; Ctrl-^ redo'],
        ['Ctrl-A, Ctrl-E', 'start and end of the line; Alt-B, Alt-F: a word back, forward'],
        ['Ctrl-W, Ctrl-U, Ctrl-K', 'delete the word before the cursor, all before it, all after it; Ctrl-Y inserts it'],
        ['Ctrl-L', 'clears the screen'],
        ['Ctrl-C', 'cancels the line, or the running statement'],
        ['Ctrl-D', 'exits; Ctrl-Z suspends ctq'],
      ],
      'In a live view (every 2s): q ends it, space pauses, s and S sort by the next or previous column, r reverses, ↑ and ↓ scroll.',
      'After set editing = vi, Esc begins the commands of vi: motions, d, c and y with them, i, a, o, x, r, p, ., u; / searches the history, v opens the editor.',
    ],
    examples: [{ query: 'set menu = off', what: 'no candidates below the line; Tab still completes' }],
    see: ['shell', 'settings'],
  },
  top: TOP_PAGE,
  examples: {
    summary: 'statements for common questions',
    text: ['Each can be typed as it is. examples/ in the source has longer scripts.'],
    examples: [
      { query: 'count conntrack', what: 'how many flows there are' },
      { query: 'select from conntrack where host = 10.0.1.2', what: 'the flows of a host' },
      {
        query:
          'select src, count(*) as flows, sum(bytes) as bytes from conntrack group by src order by flows desc limit 10',
        what: 'the busiest sources',
      },
      {
        query: 'select service(dport) as service, count(*) as flows from conntrack group by service output bars',
        what: 'a chart of services',
      },
      { query: 'select state, count(*) from conntrack where proto = tcp group by state', what: 'TCP flows by state' },
      { query: 'select from conntrack where not status has SEEN_REPLY', what: 'flows without an answer' },
      { query: 'select from conntrack where nat has dst and reply.src = 10.0.1.3', what: 'flows sent on to a server' },
      { query: 'select from conntrack where age > 1h order by age desc', what: 'the oldest flows' },
      { query: 'watch from conntrack where dport = 443', what: 'connections as they come and go' },
      {
        query: 'select src, rate(bytes) from conntrack group by src order by 2 desc limit 10 every 2s',
        what: 'who sends most, every two seconds',
      },
      { query: 'delete from conntrack where src = 10.0.1.2 and proto = udp', what: 'shows the flows and asks first' },
      { query: "select from conntrack output save to 'now.save'", what: 'a snapshot' },
      { query: "select from conntrack except select from 'now.save'", what: 'what began since' },
      { query: "select name, value from sysctl where name like '%timeout%'", what: 'the timeouts of this kernel' },
    ],
    see: ['select', 'watch', 'delete', 'shell'],
  },
  errors: {
    summary: 'errors and exit statuses',
    text: [
      'Errors of syntax, names and types are found before anything is sent to the kernel, and all of them are reported at once, each with its position.',
      [
        ['0', 'done'],
        ['1', 'permission denied, an error from the kernel, nothing to get, a failed assert'],
        ['2', 'an error in the command line or in a statement'],
        ['130, 143', 'ended by Ctrl-C (SIGINT) or SIGTERM'],
      ],
      'Results go to standard output; errors, warnings and counts to standard error.',
    ],
    examples: [{ query: "assert (select count(*) from stats) > 0, 'no statistics'", what: 'an error of your own' }],
    see: ['scripts'],
  },
} as const satisfies Record<(typeof SUBJECT_TOPICS)[number], HelpTopic>;
