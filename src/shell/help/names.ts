/** Help pages of tables, fields and functions, made from the catalogue. */

import type { FunctionDoc } from '../../lang/functions/function.js';
import { type Field, fieldOf, TABLES, type Table } from '../../lang/schema/catalogue.js';
import { enumNames, flagNames } from '../../lang/schema/flags.js';
import { wrap } from '../display/text/width.js';
import { exampleOf, notesOf } from './field-notes.js';
import { example, glossary, type Look } from './render.js';

export function tablePage(table: Table, look: Look): string {
  const fields = Object.entries<Field>(table.fields).filter(([, { alias }]) => alias === undefined);
  return `${wrap(`${look.paint(table.name, 'header')} – ${table.doc}`, look.width).join('\n')}\n
${wrap(`Operations: ${table.operations.join(', ')}`, look.width).join('\n')}\n
${glossary(
  fields.map(([name, { doc }]) => [name, doc]),
  look,
)}`;
}

export const functionPage = (name: string, { signature, doc, example }: FunctionDoc, { paint, width }: Look): string =>
  `${paint(name, 'header')} – ${wrap(doc, width).join('\n')}\n\n  ${signature}\n\n${paint('Example', 'header')}\n  ${wrap(example, width - 2).join('\n    ')}\n`;

/** A page for each table that has a field of that name; empty if none has. */
export function fieldPages(name: string, look: Look): string {
  return Object.values<Table>(TABLES)
    .filter(table => table.name !== 'dying' && table.name !== 'unconfirmed')
    .flatMap(table => {
      const found = fieldOf(table, name);
      return found ? [fieldPage(name, table, found.name, table.fields[name.toLowerCase()], look)] : [];
    })
    .join('\n');
}

function fieldPage(name: string, table: Table, full: string, field: Field, look: Look): string {
  const notes = notesOf(field.flags);
  const words = field.vocabulary ? enumNames(field.vocabulary) : field.flags ? flagNames(field.flags) : [];
  const values = notes.length > 0 ? [] : words;
  const settable = [...(field.insert ? ['insert'] : []), ...(field.update ? ['update'] : [])];
  const facts: (readonly [string, string])[] = [['type', field.type]];
  if (full !== name.toLowerCase()) facts.push(['same as', full]);
  if (values.length > 0) facts.push(['values', values.join(' ')]);
  if (field.max !== undefined) facts.push(['range', `0 to ${field.max}`]);
  if (settable.length > 0) facts.push(['set by', settable.join(', ')]);
  if (field.needs) facts.push(['requires', `net.netfilter.${field.needs} = 1 when the flow begins; otherwise null`]);
  if (field.anyOf) facts.push(['means', `any of ${field.anyOf.join(', ')}; in conditions only`]);
  if (field.watchOnly)
    facts.push(['available', name === 'resync' ? 'in watch only' : 'in watch and in files of events']);
  const parts = [
    `${wrap(`${look.paint(name, 'header')} (${table.name}) – ${field.doc}`, look.width).join('\n')}\n`,
    glossary(facts, look),
  ];
  if (notes.length > 0) parts.push(glossary(notes, look));
  const shown = table.name === 'conntrack' ? exampleOf(full) : undefined;
  if (shown !== undefined) parts.push(`${look.paint('Example', 'header')}\n${example(shown, look)}`);
  return parts.join('\n');
}
