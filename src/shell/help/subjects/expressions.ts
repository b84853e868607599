import { AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS } from '../../../lang/functions/registry.js';
import type { Glossary, HelpTopic } from '../topic.js';

const functions = (table: Readonly<Record<string, { signature: string; doc: string }>>): Glossary =>
  Object.values(table).map(({ signature, doc }) => [signature, doc]);

/** The help pages of conditions and values. */
export const EXPRESSIONS = {
  where: {
    summary: 'conditions',
    text: [
      'A condition is true, false, or unknown (null). A comparison with a field that an entry does not have is unknown; only rows whose condition is true are shown.',
      [
        ['a = b', 'and != < <= > >=; an address = a network means inside'],
        ['x between a and b', 'both ends included'],
        ['x in (a, b, c..d)', 'values, ranges, networks; not in'],
        ['x = a..b', 'short for x in (a..b)'],
        ['x in (select …)', "the result of a query; also of a file: (select ip from 'hosts.csv'), without blank cells"],
        [
          '(x, y) in (select …)',
          "rows: (src, dport) in (select ip, port from 'pairs.csv'), and in ((10.0.0.1, 22), (10.0.0.2, 80))",
        ],
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
  in: {
    summary: 'lists: values, ranges, networks, results of queries',
    syntax: ['VALUE [not] in (ITEM, …)', 'VALUE [not] in (select COLUMN from …)', 'VALUE [not] in $NAME'],
    text: [
      [
        ['x in (a, b)', 'equal to one of them; names are those of the field: dport in (http, https)'],
        ['x in (c..d)', 'both ends included; also x in c..d, and x = c..d'],
        ['src in (10.0.0.0/8, 10.1.2.3)', 'inside the network, or equal'],
        ['src in (10.0.0.1:80, …)', 'address and port of the same end'],
        ["x in (select ip from 'hosts.csv')", 'the rows of a query, also of a file; blank cells are left out'],
        ['(src, dport) in (select …)', 'rows; also in ((10.0.0.1, 22), (10.0.0.2, 80))'],
        ['x in $name, x in ($name, 22)', 'a value, a range or a list of let or --set'],
      ],
      'not in an empty list holds for every entry, and is refused in a change; not in a list with null in it holds for none.',
    ],
    examples: [
      { query: 'select from conntrack where dport in (22, 8000..8999)', what: 'a value and a range' },
      { query: 'select from conntrack where src not in (10.0.0.0/8, 192.168.0.0/16)', what: 'networks' },
      { query: "select from conntrack where src in (select ip from 'hosts.csv')", what: 'a list in a file' },
    ],
    see: ['where', 'values', 'let'],
  },
  operators: {
    summary: 'arithmetic and comparison',
    text: [
      'From highest to lowest precedence:',
      [
        ['::', 'a cast: bytes::text'],
        ['- ~', 'sign; complement in 32 bits, as wide as marks and ids, or in 64 of a number that does not fit'],
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
      "Types are integer, decimal, text, address, network, port, proto, duration, time and boolean; names of PostgreSQL such as int, inet and interval are accepted. A cast gives null where there is no such value: cast('x' as integer). A text may have a unit or be hexadecimal: '10MiB'::integer. Integers are exact; a decimal is a floating-point number of 64 bits. Durations and times are seconds as numbers.",
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
        ['42, 0xff, 1.5, 1e3', 'numbers'],
        ['10k, 10MiB', 'k M G T are powers of 1000, Ki Mi Gi Ti of 1024'],
        ['90s, 5m, 1h30m, 2d, 250ms', 'durations'],
        ["'2026-11-24T10:00:00Z'", 'a time; now() - 5m is one too'],
        ['\'text\', "text"', 'a quote inside is doubled; names have no quotes, unlike in SQL'],
        ['tcp, https, ESTABLISHED', 'names, for fields whose values have names'],
        ['true, false, null', ''],
        ['$name', 'a variable defined by let or --set: a value, a range, a list'],
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
} as const satisfies Record<string, HelpTopic>;
