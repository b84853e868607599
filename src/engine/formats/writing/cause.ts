import { printable } from '../../../lang/diagnostics/printable.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { UNKNOWN_PORT } from '../../netlink/constants.js';
import { programOf } from '../../netlink/events/programs.js';
import type { Text } from './text.js';

/**
 * What follows an event of a flow that a program caused, as conntrack(8) writes it after its lines and its XML elements alike.
 * @param escaped what the format does with the program's name
 */
export function writeCause(text: Text, { portid }: MessageView, escaped: (name: string) => string): void {
  if (portid === 0) return;
  text.ascii(' [USERSPACE]');
  if (portid === UNKNOWN_PORT) return;
  const program = programOf(portid);
  text.ascii(` portid=${portid}`);
  if (program !== undefined) text.utf8(` progname=${escaped(program)}`);
}

/**
 * The network namespace and the gateway of an entry, where a result is of several; conntrack(8) does not write them.
 * @param escaped what the format does with a name
 * @param around what begins and ends a comment, in formats whose readers would not accept the words
 */
export function writeOrigin(
  text: Text,
  { netns, gateway }: MessageView,
  escaped: (name: string) => string = oneWord,
  [begin, end]: readonly [string, string] = ['', ''],
): void {
  if (gateway !== null) text.utf8(`${begin} gateway=${escaped(gateway)}${end}`);
  if (netns !== null) text.utf8(`${begin} netns=${escaped(netns)}${end}`);
}

const oneWord = (name: string): string => printable(name).replaceAll(' ', '\\x20');

/** What follows a change that was found by reading the table again. */
export const writeResync = (text: Text, view: MessageView): void => {
  if (view.isResync) text.ascii(' [RESYNC]');
};
