import { type Field, TABLES } from '../../src/lang/schema/catalogue.js';
import { enumNames, flagNames } from '../../src/lang/schema/flags.js';

const typeText = (field: Field): string => {
  if (field.vocabulary) return `enum: ${enumNames(field.vocabulary).join(', ')}`;
  if (field.flags) return `flags: ${flagNames(field.flags).join(', ')}`;
  return field.type;
};

const notes = (field: Field): string =>
  [
    field.insert ? 'insert' : '',
    field.update ? 'update' : '',
    field.anyOf ? 'conditions only' : '',
    field.watchOnly ? '`watch` only' : '',
    field.needs ? `needs \`${field.needs}\`` : '',
    field.max === undefined ? '' : `0 – ${field.max}`,
  ]
    .filter(note => note !== '')
    .join('; ');

/** docs/fields.md: every table's fields, from the catalogue. */
export function fieldsPage(): string {
  const lines = [
    '# Fields',
    '',
    'The tables and their fields. `npm run generate` makes this page from `src/lang/schema/catalogue.ts`.',
    '',
    'Every field can be read. The last column shows whether `insert` or `update` can set it, and its limits.',
    '',
  ];
  for (const table of Object.values(TABLES)) {
    lines.push(
      `## ${table.name}`,
      '',
      `${table.doc[0].toUpperCase()}${table.doc.slice(1)}. Operations: ${table.operations.join(', ')}.`,
      '',
    );
    lines.push('| field | type | what | notes |', '|---|---|---|---|');
    for (const [name, field] of Object.entries<Field>(table.fields)) {
      lines.push(`| \`${name}\` | ${typeText(field)} | ${field.doc} | ${notes(field)} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}
