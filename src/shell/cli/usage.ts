import { FORMAT_NAMES, MODIFIER_NAMES } from '../../lang/schema/formats.js';

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
  ctq conntrack ARGUMENT…          conntrack(8)'s own command lines
  ctq translate conntrack …        print the equivalent ctq statement
  ctq completion bash|zsh|fish     print a shell completion script
  ctq demo                         a tour, in a network that it makes for itself

What to run:
  -e, --execute QUERY              a statement; may be repeated
  -f, --script FILE                a script; '-' is standard input
      --set NAME=VALUE             define $NAME for statements; typed by what is written
      --check                      parse and check only

Where:
      --netns NAME                 a network namespace, as 'ip netns list' shows it
      --file SNAPSHOT              a snapshot in place of the kernel
      --no-kernel-filter           let ctq do what the kernel could filter

Output:
  -o, --output FORMAT[,MODIFIER…]  ${wrapped(FORMAT_NAMES)};
                                   ${wrapped(MODIFIER_NAMES)}
      --to FILE                    write results to a file
      --color WHEN                 auto, always, never
      --timing                     print row count and time of each statement

Changes:
      --yes                        do not ask before entries are changed or deleted
      --dry-run                    show what a change would touch, and stop
      --read-only                  reject statements that modify anything
      --fail-empty                 exit with 1 when a change found nothing
      --stop-on-error              the first refused entry ends an insert … from

Events:
      --buffer SIZE                receive buffer of a watch: 64MiB

      --no-config                  do not read ~/.config/ctq/config.ctq
  -V, --version                    print the version
  -h, --help                       print this

Exit status: 0 done; 2 the command line or a statement is wrong; 1 anything else.
Run ctq "help" for the language reference.
`;
