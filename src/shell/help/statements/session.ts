import type { HelpTopic } from '../topic.js';

/** The help pages of statements about the session: settings, places, lists. */
export const SESSION = {
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
    text: ['The lists are results like any other: -o json and an output clause apply to them.'],
    examples: [
      { query: 'show tables', what: 'the tables and their operations' },
      { query: 'show settings output csv', what: 'the settings and their values, in another format' },
      { query: 'show variables', what: 'what let and --set have defined' },
      { query: 'show queries', what: 'named queries' },
    ],
    see: ['describe', 'tables', 'settings'],
  },
  describe: {
    summary: 'the fields of a table, or of a file',
    syntax: ['describe TABLE', "describe 'FILE'"],
    text: [
      'Of a table, each field with its type and description; for enums and flags, the possible names.',
      'Of a file, its columns, or the fields that its entries have, with their types and first values.',
    ],
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
} as const satisfies Record<string, HelpTopic>;
