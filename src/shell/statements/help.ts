import { type Field, fieldOf, TABLES, type Table, tableOf } from '../../lang/catalogue.js';
import { FORMATS, MODIFIERS } from '../../lang/check/output.js';
import {
  AGGREGATE_FUNCTIONS,
  type FunctionDoc,
  isAggregate,
  isScalar,
  SCALAR_FUNCTIONS,
} from '../../lang/functions.js';
import { STATEMENT_TOPICS, SUBJECT_TOPICS, type Topic } from '../../lang/help-topics.js';
import { SETTING_NAMES, SETTINGS } from '../../lang/settings.js';
import type { CheckedHelp } from '../../lang/typed.js';
import { flagNames, wordsOf } from '../../lang/vocabulary.js';
import { PAGES, type Page } from '../help/topics.js';
import { type Painter, painter } from '../output/style.js';
import type { Run } from '../shell.js';

export async function help({ topic }: CheckedHelp, { shell }: Run): Promise<void> {
  const { stdout } = shell.io;
  const paint = painter(shell.color(stdout));
  shell.print(topic === undefined ? overview(paint) : pageOf(topic, paint));
}

/** Columns of names and what they are. */
function list(rows: readonly (readonly [string, string])[], paint: Painter): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, doc]) => `  ${paint(name.padEnd(width), 'name')}  ${doc}\n`).join('');
}

function overview(paint: Painter): string {
  const title = (topic: Topic): readonly [string, string] => [topic, PAGES[topic].title];
  return `${paint('Statements', 'header')}\n${list(STATEMENT_TOPICS.map(title), paint)}
${paint('Subjects', 'header')}\n${list(SUBJECT_TOPICS.map(title), paint)}
'help TOPIC' explains one of them, a table, a field or a function: help select, help status, help net.\n`;
}

function pageOf(topic: string, paint: Painter): string {
  if (Object.hasOwn(PAGES, topic)) return render(topic, PAGES[topic as Topic], paint) + more(topic as Topic, paint);
  const table = tableOf(topic);
  if (table) return tablePage(table, paint);
  if (isScalar(topic)) return functionPage(SCALAR_FUNCTIONS[topic], paint);
  if (isAggregate(topic)) return functionPage(AGGREGATE_FUNCTIONS[topic], paint);
  return Object.values<Table>(TABLES)
    .filter(each => each.name !== 'dying' && each.name !== 'unconfirmed')
    .flatMap(each => {
      const found = fieldOf(each, topic);
      return found ? [fieldPage(topic, each, found.field, paint)] : [];
    })
    .join('\n');
}

function render(name: string, { title, syntax, text, examples }: Page, paint: Painter): string {
  const parts = [`${paint(name, 'header')}: ${title}`];
  if (syntax) parts.push(syntax.replace(/^/gm, '  '));
  if (text) parts.push(text);
  if (examples.length > 0)
    parts.push(`${paint('Examples', 'header')}\n${examples.map(example => `  ${example};`).join('\n')}`);
  return `${parts.join('\n\n')}\n`;
}

/** Lists that are kept elsewhere. */
function more(topic: Topic, paint: Painter): string {
  const docs = (table: Readonly<Record<string, FunctionDoc>>): string =>
    `\n${list(
      Object.values(table).map(each => [each.signature, each.doc]),
      paint,
    )}`;
  switch (topic) {
    case 'functions':
      return docs(SCALAR_FUNCTIONS);
    case 'aggregates':
      return docs(AGGREGATE_FUNCTIONS);
    case 'formats':
    case 'output':
      return `\n${list(Object.entries(FORMATS), paint)}\n${list(Object.entries(MODIFIERS), paint)}`;
    case 'tables':
      return `\n${list(
        Object.values(TABLES).map(each => [each.name, each.doc]),
        paint,
      )}`;
    case 'settings':
    case 'set':
      return `\n${list(
        SETTING_NAMES.map(name => [name, SETTINGS[name].doc]),
        paint,
      )}`;
    default:
      return '';
  }
}

function tablePage(table: Table, paint: Painter): string {
  const fields = Object.entries<Field>(table.fields).filter(([, field]) => !field.alias);
  return `${paint(table.name, 'header')}: ${table.doc}\n\nOperations: ${table.operations.join(', ')}\n\n${list(
    fields.map(([name, field]) => [name, field.doc]),
    paint,
  )}`;
}

const functionPage = ({ signature, doc, example }: FunctionDoc, paint: Painter): string =>
  `${paint(signature, 'header')}: ${doc}\n\n${paint('Example', 'header')}\n  ${example};\n`;

function fieldPage(name: string, table: Table, field: Field, paint: Painter): string {
  const values = field.vocabulary ? wordsOf(field.vocabulary) : field.flags ? flagNames(field.flags) : [];
  const lines = [`${paint(name, 'header')} (${table.name}): ${field.doc}`, '', `  type    ${field.type}`];
  if (values.length > 0) lines.push(`  values  ${values.join(' ')}`);
  if (field.max !== undefined) lines.push(`  range   0 to ${field.max}`);
  const settable = [field.insert ? 'insert' : '', field.update ? 'update' : ''].filter(word => word !== '');
  if (settable.length > 0) lines.push(`  set by  ${settable.join(', ')}`);
  if (field.needs) lines.push(`  needs   net.netfilter.${field.needs} = 1 when the flow begins`);
  if (field.anyOf) lines.push(`  means   any of ${field.anyOf.join(', ')}; in conditions only`);
  return `${lines.join('\n')}\n`;
}
