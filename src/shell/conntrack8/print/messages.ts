import { printable } from '../../../lang/diagnostics/printable.js';
import type { CommandLine } from '../argv/command-line.js';
import type { Mistake } from '../argv/mistake.js';

declare const __CTQ_VERSION__: string;
const VERSION = typeof __CTQ_VERSION__ === 'undefined' ? 'development' : __CTQ_VERSION__;

/** The name and version of the program that this one replaces: scripts match it. */
export const PROGRAM = 'conntrack v1.4.8 (conntrack-tools)';

/** What `-V` prints, and nothing else: scripts parse the version. `-h` says that it is ctq. */
export const VERSIONS = `${PROGRAM}\n`;

/** Of `-h`. */
export const IN_ITS_PLACE = `This is ctq ${VERSION} in its place: see 'man ctq' and 'ctq help'.\n`;

/** Events were lost: the socket's buffer was full. */
export const LOSS =
  'WARNING: We have hit ENOBUFS! We are losing events.\n' +
  'This message means that the current netlink socket buffer size is too small.\n' +
  'Please, check --buffer-size in conntrack(8) manpage.\n';

export const noticeOf = (bytes: number): string =>
  `NOTICE: Netlink socket buffer size has been set to ${bytes} bytes.\n`;

/** A line of standard error. */
export const messageLine = (message: string): string => `${PROGRAM}: ${printable(message)}\n`;

/** What ctq adds to a message of conntrack(8), in a line after it. */
export const extraLine = (more: string | undefined): string => (more === undefined ? '' : `ctq: ${printable(more)}\n`);

export const complaint = ({ message, exitCode, more }: Mistake): string =>
  messageLine(message) +
  (exitCode === 2 ? "Try `conntrack -h' or 'conntrack --help' for more information.\n" : '') +
  extraLine(more);

/** The summary line of a command; undefined for those without one. */
export function summaryOf(
  { command, table }: Pick<CommandLine, 'command' | 'table'>,
  count: number,
): string | undefined {
  const entries = table === 'expect' ? 'expectations' : 'flow entries';
  const have = (done: string): string => `${count} ${entries} have been ${done}.`;
  switch (command) {
    case 'list':
      return have('shown');
    case 'get':
      return table === 'expect' ? undefined : have('shown');
    case 'delete':
      return have('deleted');
    case 'create':
      return table === 'expect' ? undefined : have('created');
    case 'add':
      return have('added');
    case 'update':
      return have('updated');
    case 'event':
      return `${count} ${table === 'expect' ? 'expectation' : 'flow'} events have been shown.`;
    case 'flush': {
      const name = table === 'expect' ? 'expectation table' : 'connection tracking table';
      return `${name} has been emptied.`;
    }
    default:
      return undefined;
  }
}

/** Whether a command that found or changed nothing fails. */
export const failsOfNothing = ({ command }: CommandLine): boolean =>
  command === 'delete' || command === 'update' || command === 'get' || command === 'create';
