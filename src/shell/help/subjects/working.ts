import { SETTING_NAMES, SETTINGS } from '../../../lang/schema/settings.js';
import { TOP_PAGE } from '../top-page.js';
import type { HelpTopic } from '../topic.js';

/** The help pages of working with ctq. */
export const WORKING = {
  settings: {
    summary: 'the settings that set changes',
    text: [SETTING_NAMES.map(name => [name, SETTINGS[name].doc] as const)],
    examples: [
      { query: 'set human = on', what: '10 MiB instead of 10485760' },
      { query: 'show settings', what: 'their current values' },
    ],
    see: ['set', 'show'],
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
  kill: {
    summary: 'ending connections',
    text: [
      'A connection ends for the gateway when its entry is deleted. In the shell, kill and a condition is short for the delete, which is shown, and asks:',
      [
        ['kill 10.0.0.1', 'delete from conntrack where host = 10.0.0.1'],
        ['kill udp 53', 'delete from conntrack where proto = udp and port = 53'],
        ['kill 10.0.0.1 or 10.0.0.2', 'delete from conntrack where host = 10.0.0.1 or host = 10.0.0.2'],
        ['kill src = 10.0.0.1', 'any condition, as after where'],
      ],
      'On the command line it is written out: ctq "delete from conntrack where host = 10.0.0.1". Rules that let new packets through make the entry again.',
    ],
    examples: [
      { query: 'delete from conntrack where host = 10.0.1.2', what: 'all connections of a host' },
      { query: 'delete from conntrack where src = 10.0.1.3 and dport = 443', what: 'some of a client' },
    ],
    see: ['delete', 'flush', 'where', 'top'],
  },
  examples: {
    summary: 'statements for common questions',
    text: ['Each can be typed without changes. examples/ in the source has longer scripts.'],
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
} as const satisfies Record<string, HelpTopic>;
