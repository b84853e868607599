import { HELP_TOPICS } from '../../../lang/check/statements/help-topics.js';
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

const called = (name: string, { argument }: Command): string =>
  `.${name}${argument === undefined ? '' : ` ${argument}`}`;

/** What one command does. */
export function showCommand(name: string, command: Command, { shell }: CommandContext): Promise<void> {
  const values = command.candidates?.() ?? [];
  const choices = values.length > 0 && values.length <= MAX_CHOICES ? [`one of: ${values.join(', ')}`] : [];
  const lines = [`${called(name, command)}: ${command.doc}`, ...choices];
  return showText(
    () =>
      lines
        .flatMap(line => wrap(line, helpWidth(shell.io.stdout)))
        .join('\n')
        .concat('\n'),
    shell,
  );
}

/** Values of an argument that are listed. */
const MAX_CHOICES = 30;

/** The list of the commands, through the pager if it exceeds the screen. */
export function overviewOf(commands: Readonly<Record<string, Command>>, { shell }: CommandContext): Promise<void> {
  const width = helpWidth(shell.io.stdout);
  return showText(color => {
    const rows = Object.entries(commands).map(([name, command]) => [called(name, command), command.doc] as const);
    const notes = NOTES.flatMap(note => wrap(note, width)).join('\n');
    return `${glossary(rows, { width, paint: painter(color) })}\n${notes}\n`;
  }, shell);
}
