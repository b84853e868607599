import { HELP_TOPICS } from '../../../lang/services/help-topics.js';
import { painter } from '../../display/style.js';
import { wrap } from '../../display/text/width.js';
import { glossary } from '../../help/render.js';
import { helpWidth } from '../../help/width.js';
import { showText } from '../../statements/show-text.js';
import type { Command, CommandContext } from './command.js';

export const HELP_COMMAND: Command = {
  argument: '[TOPIC]',
  doc: 'these commands, or help on a topic',
  candidates: HELP_TOPICS,
  run: (rest, context) => context.run(`help ${rest};`),
};

const NOTES = [
  'psql: \\d, \\d TABLE, \\x, \\timing, \\watch 2, \\i, \\o, \\e, \\! and \\q work as well.',
  "A statement ends with ';' or an empty line. 'STATEMENT; | COMMAND' hands its result to a program.",
  'Tab completes, → takes what is suggested, Ctrl-R searches, Ctrl-C cancels, Ctrl-D leaves: help keys.',
  '.help select explains select; help lists the topics, help examples shows statements.',
];

/** The list of the commands, through the pager if it exceeds the screen. */
export function overviewOf(commands: Readonly<Record<string, Command>>, { shell }: CommandContext): Promise<void> {
  const width = helpWidth(shell.io.stdout);
  return showText(color => {
    const rows = Object.entries(commands).map(
      ([name, { argument, doc }]) => [`.${name}${argument === undefined ? '' : ` ${argument}`}`, doc] as const,
    );
    const notes = NOTES.flatMap(note => wrap(note, width)).join('\n');
    return `${glossary(rows, { width, paint: painter(color) })}\n${notes}\n`;
  }, shell);
}
