import { HELP_TOPICS } from '../../../lang/services/help-topics.js';
import { painter } from '../../display/style.js';
import { showText } from '../../statements/show-text.js';
import type { Command, Desk } from './command.js';

export const HELP_COMMAND: Command = {
  argument: '[TOPIC]',
  doc: 'these commands, or help on a topic',
  candidates: HELP_TOPICS,
  run: (rest, desk) => desk.run(`help ${rest};`),
};

/** The list of the commands, through the pager if it exceeds the screen. */
export function overviewOf(commands: Readonly<Record<string, Command>>, { shell }: Desk): Promise<void> {
  return showText(color => {
    const paint = painter(color);
    const rows = Object.entries(commands).map(([name, { argument, doc }]) => {
      const head = `.${name}${argument === undefined ? '' : ` ${argument}`}`;
      return `  ${paint(head.padEnd(24), 'name')}${doc}\n`;
    });
    return `${rows.join('')}
Commands of psql work as well: \\d, \\d TABLE, \\x, \\timing, \\watch 2, \\i, \\o, \\e, \\! and \\q.
A statement ends with ';' or an empty line. 'STATEMENT; | COMMAND' hands its result to a program.
Tab completes, → takes what is suggested, Ctrl-R searches, Ctrl-C cancels, Ctrl-D leaves: help keys.
.help select explains select; help lists the topics, help examples shows statements.\n`;
  }, shell);
}
