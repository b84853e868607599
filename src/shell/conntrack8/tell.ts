import { printable } from '../../lang/diagnostics/printable.js';
import type { CommandLine } from './command-line.js';
import type { Mistake } from './mistake.js';

declare const __CTQ_VERSION__: string;
const VERSION = typeof __CTQ_VERSION__ === 'undefined' ? 'development' : __CTQ_VERSION__;

/** What scripts look for: the name and version of the program whose place this one takes. */
export const PROGRAM = 'conntrack v1.4.8 (conntrack-tools)';

/** What `-V` prints: the line that scripts look for, and who it is in truth. */
export const VERSIONS = `${PROGRAM}\nThis is ctq ${VERSION} in its place: 'man ctq' and 'ctq help' tell more.\n`;

/** A line of standard error. */
export const told = (message: string): string => `${PROGRAM}: ${printable(message)}\n`;

export const complaint = ({ message, exitCode }: Mistake): string =>
  told(message) + (exitCode === 2 ? "Try `conntrack -h' or 'conntrack --help' for more information.\n" : '');

/** The line that ends what a command shows or changes; undefined for those that say nothing. */
export function summaryOf({ command, table, family }: CommandLine, count: number): string | undefined {
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
      return `${name} has been emptied${family === undefined || table === 'expect' ? '' : ` of ${family}`}.`;
    }
    default:
      return undefined;
  }
}

/** Whether a command that found or did nothing fails. */
export const failsOfNothing = ({ command }: CommandLine): boolean =>
  command === 'delete' || command === 'update' || command === 'get' || command === 'create';
