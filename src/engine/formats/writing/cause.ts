import { printable } from '../../../lang/diagnostics/printable.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { programOf } from '../../netlink/events/programs.js';
import type { Text } from './text.js';

/**
 * What stands behind an event of a flow that a program caused, as conntrack(8) writes it behind its lines and its XML alike.
 * @param escaped what the format does with the program's name
 */
export function writeCause(text: Text, { portid }: MessageView, escaped: (name: string) => string): void {
  if (portid === 0) return;
  const program = programOf(portid);
  text.ascii(` [USERSPACE] portid=${portid}`);
  if (program !== undefined) text.utf8(` progname=${escaped(program)}`);
}

/** Which network namespace an entry is of, where those of several come; conntrack(8) has no word for it. */
export const writeNetns = (text: Text, { netns }: MessageView): void => {
  if (netns !== null) text.utf8(` netns=${printable(netns).replaceAll(' ', '\\x20')}`);
};

/** What stands behind a change that was found by reading the table again. */
export const writeResync = (text: Text, view: MessageView): void => {
  if (view.isResync) text.ascii(' [RESYNC]');
};
