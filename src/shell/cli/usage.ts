import { FORMAT_NAMES, MODIFIER_NAMES } from '../../lang/schema/formats/formats.js';

/** Column at which the descriptions of options begin. */
const INDENT = 35;
const WIDTH = 100;

/** Words in lines that continue below the first one. */
function wrapped(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && INDENT + longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(INDENT)}`);
}

/** What `ctq --help` prints, and the README shows. */
export const USAGE = `ctq: a query language and shell for Linux connection tracking

Usage:
  ctq [options] QUERY…             run statements: ctq "select from conntrack where dport = 443"
  ctq [options] FILE.ctq…          run scripts
  ctq [options]                    the interactive shell; or statements from a pipe
  ctq full                         how full the table is, and which flows fill it
  ctq top [CONDITION|FILE]         the connections as they change, on the full screen
  ctq conntrack ARGUMENT…          run a conntrack(8) command line
  ctq translate conntrack …        print the equivalent ctq statement
  ctq completion bash|zsh|fish     print a shell completion script
  ctq agent [FILE]                 answer the queries of a fleet, as set in /etc/ctq/agent.ctq
  ctq nkey FILE                    make the key of an agent, or of a user who asks a fleet
  ctq demo [fleet]                 a guided tour, in namespaces of its own; fleet: of two gateways

What to run:
  -e, --execute QUERY              run a statement; may be repeated
  -c, --command QUERY              the same, as psql and DuckDB have it
  -f, --script FILE                run a script; '-' is standard input
      --set NAME=VALUE             define $NAME; the value is an expression
      --check                      parse and check only

Where:
      --netns NAME                 a network namespace, as 'ip netns list' shows it
      --file SNAPSHOT              read a snapshot instead of the kernel
      --no-kernel-filter           filter in ctq only, not in the kernel

Output:
  -o, --output FORMAT[,MODIFIER…]  ${wrapped(FORMAT_NAMES)};
                                   ${wrapped(MODIFIER_NAMES)}
      --to FILE                    write results to a file
      --color WHEN                 auto, always, never
      --json                       as --output json; each format is an option: --csv, --xml …
  -q, --quiet                      no counts, times and other notes; only warnings and errors
      --timing                     print row count and time of each statement

Changes:
      --yes                        do not ask before entries are changed or deleted
      --dry-run                    show the entries a change would affect, and stop
      --read-only                  reject statements that modify anything
      --fail-empty                 exit with 1 if a change matches no entry
      --stop-on-error              end a change after a send with a refused entry

Events:
      --buffer SIZE                receive buffer of a watch, such as 64MiB

ctq top:
      --every TIME                 time between two refreshes; default 2s
      --filter CONDITION           the flows to show, as after where
      --group NAME                 source, destination, port, network or state
      --sort COLUMN                the column to sort by; =-COLUMN reverses its order
      --in PLACE                   netns NAME, ssh HOST, pid N, file PATH

      --no-config                  do not read ~/.config/ctq/config.ctq
  -V, --version                    print the version
  -h, --help                       print this help

Exit status: 0 success; 2 an error in the command line or a statement; 1 any other error.
Run ctq "help" for the language reference.
`;
