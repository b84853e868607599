import { STATEMENT_TOPICS, SUBJECT_TOPICS, type Topic } from '../../lang/check/statements/help-topics.js';
import type { CheckedHelp } from '../../lang/checked/statements.js';
import { AGGREGATE_FUNCTIONS, isAggregate, isScalar, SCALAR_FUNCTIONS } from '../../lang/functions/registry.js';
import { tableOf } from '../../lang/schema/catalogue.js';
import { painter } from '../display/style.js';
import { wrap } from '../display/text/width.js';
import { fieldPages, functionPage, tablePage } from '../help/names.js';
import { glossary, type Look, page } from '../help/render.js';
import { STATEMENTS } from '../help/statements.js';
import { SUBJECTS } from '../help/subjects.js';
import type { Glossary, HelpTopic } from '../help/topic.js';
import { helpWidth } from '../help/width.js';
import type { StatementContext } from '../session/session.js';
import { showText } from './show-text.js';

/** The help pages by topic. */
export const PAGES: Readonly<Record<Topic, HelpTopic>> = { ...STATEMENTS, ...SUBJECTS };

/** Shows a page of the help. @throws CtqError for an unknown topic */
export async function help({ topic }: CheckedHelp, { shell }: StatementContext): Promise<void> {
  const { stdout } = shell.io;
  const width = helpWidth(stdout);
  await showText(color => {
    const look = { width, paint: painter(color) };
    return topic === undefined ? overview(look) : helpOn(topic, look);
  }, shell);
}

/** What those who see ctq for the first time may type. */
const FIRST: Glossary = [
  ['count conntrack;', 'how many connections there are'],
  ['select from conntrack limit 5;', 'five of them'],
  ['watch from conntrack;', 'connections as they come and go; q ends it'],
  ['ctq full, in the shell .full', 'how full the table is, and what fills it'],
  ['ctq top, in the shell .top', 'the connections on the full screen'],
  ['help examples', 'statements for common questions'],
];

const MORE =
  'More: help TOPIC, such as help select or help values; help examples shows statements for common questions.';
const NAMES = 'A topic may also be a table, a field or a function: help conntrack, help status, help net.';

function overview(look: Look): string {
  const section = (title: string, topics: readonly Topic[]): string =>
    `${look.paint(title, 'header')}\n${glossary(
      topics.map(topic => [topic, PAGES[topic].summary]),
      look,
    )}`;
  const more = [...wrap(MORE, look.width), ...wrap(NAMES, look.width)].join('\n');
  return `${look.paint('To begin', 'header')}\n${glossary(FIRST, look)}\n${section('Statements', STATEMENT_TOPICS)}\n${section('Subjects', SUBJECT_TOPICS)}\n${more}\n`;
}

/** All help on a name, which may be a topic, a table, a function and a field at once. */
export function helpOn(topic: string, look: Look): string {
  const parts: string[] = [];
  const isTopic = Object.hasOwn(PAGES, topic);
  if (isTopic) parts.push(page(topic, PAGES[topic as Topic], look));
  const table = tableOf(topic);
  if (table) parts.push(tablePage(table, look));
  if (isScalar(topic)) parts.push(functionPage(topic, SCALAR_FUNCTIONS[topic], look));
  if (isAggregate(topic) && !isTopic) parts.push(functionPage(topic, AGGREGATE_FUNCTIONS[topic], look));
  if (!isTopic) {
    const fields = fieldPages(topic, look);
    if (fields !== '') parts.push(fields);
  }
  return parts.join('\n');
}
