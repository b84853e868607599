import type { MessageView } from '../../engine/wire/view.js';
import { programOf } from './progname.js';
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

/** What stands behind a change that was found by reading the table again. */
export const writeResync = (text: Text, view: MessageView): void => {
  if (view.isResync) text.ascii(' [RESYNC]');
};
