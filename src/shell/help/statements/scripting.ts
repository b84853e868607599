import type { HelpTopic } from '../topic.js';

/** The help pages of statements that scripts are made of: values, named queries, checks. */
export const SCRIPTING = {
  let: {
    summary: 'name a value, a list, or a result',
    syntax: ['let NAME = EXPRESSION', 'let NAME = (VALUE, VALUE, …)', 'let NAME = (select …)'],
    text: [
      'Defines $NAME, which can be used wherever a value or a list is allowed. Its value is never parsed as part of a statement, so $NAME cannot inject a condition. A text is a word of what it is compared with: state = $NAME. On the command line: --set NAME=VALUE.',
    ],
    examples: [
      { query: 'let office = 10.0.0.0/8; count conntrack where src = $office', what: 'a network' },
      { query: 'let web = (80, 443, 8080); count conntrack where dport in $web', what: 'a list' },
      { query: "let state = 'TIME_WAIT'; count conntrack where state = $state", what: 'a word' },
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
      'run executes it. Parameters are $NAME in the query, or $1, $2, … without being declared; a value can be anything that may be written there, such as a network or a list. Named queries are kept in ~/.config/ctq/queries.ctq, which can be edited; a definition replaces another one of that name, which is printed; a query that needs no values can also be used as a table.',
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
} as const satisfies Record<string, HelpTopic>;
