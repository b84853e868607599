import { AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS } from '../../lang/functions/registry.js';
import { TABLES } from '../../lang/schema/catalogue.js';
import { FORMATS, MODIFIERS } from '../../lang/schema/formats.js';
import { SETTING_NAMES, SETTINGS } from '../../lang/schema/settings.js';
import type { SUBJECT_TOPICS } from '../../lang/services/help-topics.js';
import type { Glossary, HelpTopic } from './topic.js';

const functions = (table: Readonly<Record<string, { signature: string; doc: string }>>): Glossary =>
  Object.values(table).map(({ signature, doc }) => [signature, doc]);

/** What help says of what is no statement. */
export const SUBJECTS = {
  where: {
    summary: 'conditions',
    text: [
      'A condition is true, false, or unknown (null): a comparison with a field that an entry does not have is unknown, and a row is shown where the condition is true.',
      [
        ['a = b', 'and != < <= > >=; an address = a network means inside'],
        ['x between a and b', 'both ends included'],
        ['x in (a, b, c..d)', 'values, ranges, networks; not in'],
        ['x in (select …)', 'what a query gives'],
        ['x is null', 'the entry does not have it; is not null'],
        ['src is private', 'or public, loopback, multicast, link_local; is not …'],
        ['status has ASSURED', 'has (A, B): both; has any (A, B): one of them'],
        ['nat has dst', 'the destination is translated, the source perhaps too; nat = dst: it alone'],
        ['snat = 203.0.113.1', 'the address, whatever the port; a network, or 203.0.113.1:1024'],
        ['mark = 0x102/0xfff', 'value/mask: mark & 0xfff = 0x102; of status and other flags too'],
        ["helper like 'ft%'", '% is anything, _ one character'],
        ['and, or, not, ( )', 'in the usual order: not before and before or'],
        ['host, port', 'any of the four addresses, any of the four ports'],
      ],
    ],
    examples: [
      { query: 'select from conntrack where host = 10.0.1.2 and port = 53', what: 'whichever direction' },
      { query: 'select from conntrack where dport in (http, https, 8000..8999)', what: 'values and ranges' },
      { query: 'select from conntrack where src is private and dst is public', what: 'from inside to outside' },
      { query: 'select from conntrack where reply.dst != orig.src', what: 'source NAT: two fields compared' },
    ],
    see: ['operators', 'values'],
  },
  operators: {
    summary: 'reckoning and comparing',
    text: [
      'From the one that binds most to the one that binds least:',
      [
        ['- ~', 'sign, complement'],
        ['* / %', '/ gives a decimal; by zero gives null'],
        ['+ -', 'integers are exact at any size; times and durations too'],
        ['<< >>', 'shifts'],
        ['&', 'bits of both'],
        ['^', 'bits of one of them'],
        ['|', 'bits of any'],
        ['= != < <= > >=', 'also between, in, like, has, is'],
        ['not', ''],
        ['and', ''],
        ['or', ''],
      ],
    ],
    examples: [
      { query: 'select from conntrack where mark & 0xff00 = 0x1200', what: 'a part of the mark' },
      { query: 'select src, bytes / packets as size from conntrack where packets > 0', what: 'mean size of packets' },
    ],
    see: ['where', 'values', 'functions'],
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
        ['\'text\', "text"', 'a quote within is written twice'],
        ['tcp, https, ESTABLISHED', 'names, where the field calls for them'],
        ['true, false, null', ''],
        ['$name', 'what let or --set defined'],
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
    summary: 'what can be made of values',
    text: [functions(SCALAR_FUNCTIONS)],
    examples: Object.values(SCALAR_FUNCTIONS).map(({ example, doc }) => ({ query: example, what: doc })),
    see: ['aggregates', 'operators'],
  },
  aggregates: {
    summary: 'what can be made of groups',
    text: [
      functions(AGGREGATE_FUNCTIONS),
      'Nulls do not count. Sums are exact. Percentiles are exact for up to 100,000 values a group, then off by at most half a percent.',
    ],
    examples: [
      {
        query: 'select proto, count(*), sum(bytes), p95(bytes) from conntrack group by proto',
        what: 'a row a protocol',
      },
      { query: 'select max(timeout) from conntrack', what: 'the whole table is one group' },
    ],
    see: ['select', 'functions'],
  },
  output: {
    summary: 'how results are shown, and where',
    syntax: ["… output FORMAT, MODIFIER, … [to 'FILE']"],
    text: [
      'At the end of a statement, or for all of them: ctq -o FORMAT,MODIFIER --to FILE. A file appears whole, or not at all.',
      Object.entries(MODIFIERS),
    ],
    examples: [
      { query: 'select from conntrack output extended, id', what: "conntrack(8)'s lines, with ids" },
      { query: 'select src, dst, bytes from conntrack output csv, noheader', what: 'for other programs' },
      { query: 'select proto, count(*) from conntrack group by proto output bars', what: 'a chart' },
    ],
    see: ['formats', 'snapshots', 'settings'],
  },
  formats: {
    summary: 'table, json, csv and others',
    text: [Object.entries(FORMATS).map(([name, { doc }]) => [name, doc] as const)],
    examples: [
      { query: 'select from conntrack limit 1 output vertical', what: 'everything of one flow' },
      { query: 'select from conntrack output jsonl', what: 'an object a line, for jq' },
    ],
    see: ['output'],
  },
  tables: {
    summary: 'what can be read and changed',
    text: [Object.values(TABLES).map(({ name, doc }) => [name, doc] as const)],
    examples: [
      { query: "select name, value from sysctl where name like '%timeout%'", what: 'the timeouts of this kernel' },
      { query: 'select from stats', what: 'what each CPU counted' },
    ],
    see: ['describe', 'select', 'snapshots'],
  },
  settings: {
    summary: 'what set changes',
    text: [SETTING_NAMES.map(name => [name, SETTINGS[name].doc] as const)],
    examples: [
      { query: 'set human = on', what: '10 MiB in place of 10485760' },
      { query: 'show settings', what: 'their values now' },
    ],
    see: ['set', 'show'],
  },
  snapshots: {
    summary: 'files of entries',
    text: [
      "A file's name in quotes is a table: what ctq wrote in any of its formats, and what conntrack(8) printed. '-' is standard input. output save keeps everything that can be restored.",
    ],
    examples: [
      { query: "select from conntrack output save to 'now.save'", what: 'take one' },
      { query: "select proto, count(*) from 'now.save' group by proto", what: 'query it' },
      { query: "select from conntrack except select from 'now.save'", what: 'what is new since' },
      { query: "insert into conntrack from 'now.save' on conflict ignore", what: 'restore it' },
    ],
    see: ['insert', 'except', 'output'],
  },
  namespaces: {
    summary: 'other network namespaces, and other hosts',
    text: [
      'A statement reads or changes the network namespace that its in names: netns NAME as ip netns list shows it, or pid N of a process in it. use, and --netns, say it for all statements. Entering another namespace takes CAP_SYS_ADMIN.',
      'netns * is all that have a name, for select and watch; the field netns says whose a row is. ssh names another host, to be read and watched: by the ctq there, or by conntrack(8). ssh must get there without a question.',
    ],
    examples: [
      { query: 'count conntrack in netns blue', what: 'one by name' },
      {
        query: 'select netns, count(*) from conntrack in netns * group by netns',
        what: 'how many flows each has',
      },
      { query: "count conntrack in ssh 'root@gw1'", what: 'another host' },
      { query: 'select from conntrack in pid 4711', what: 'the one of a process, of a container for example' },
      {
        query: 'insert into conntrack in netns blue from conntrack where zone = 11',
        what: 'from here to there',
      },
    ],
    see: ['use'],
  },
  scripts: {
    summary: 'several statements in a file',
    text: [
      'Statements end with ;. Comments: -- … (with a blank), # …, /* … */. A first line #!/usr/bin/env ctq makes a file a program. The whole file is checked before its first statement runs; then it stops at the first that fails, unless set on_error = continue.',
      [
        ['ctq report.ctq', 'run it'],
        ['ctq --set office=10.0.0.0/8 report.ctq', 'with $office defined'],
        ['ctq --check report.ctq', 'only look whether it is right'],
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
      'ctq alone starts the interactive shell. A statement ends with ; and may go over several lines. Tab completes; Ctrl-C ends what runs; Ctrl-D leaves.',
    ],
    examples: [{ query: 'set timing = on', what: 'settings hold until you leave' }],
    see: ['help', 'settings', 'scripts'],
  },
  errors: {
    summary: 'mistakes, and exit statuses',
    text: [
      'Mistakes of syntax, names and types are found before the kernel is asked anything, all of a text at once, each with its place.',
      [
        ['0', 'done'],
        ['1', 'not permitted, the kernel refused, nothing to get, an assert that failed'],
        ['2', 'the command line or a statement is wrong'],
        ['130, 143', 'ended by Ctrl-C (SIGINT), by SIGTERM'],
      ],
      'Results go to standard output; errors, warnings and counts to standard error.',
    ],
    examples: [{ query: "assert (select count(*) from stats) > 0, 'no statistics'", what: 'a mistake of your own' }],
    see: ['scripts'],
  },
} as const satisfies Record<(typeof SUBJECT_TOPICS)[number], HelpTopic>;
