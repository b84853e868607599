import { type Field, TABLES } from '../../src/lang/schema/catalogue.js';
import { enumNames, flagNames } from '../../src/lang/schema/flags.js';

type Table = (typeof TABLES)[keyof typeof TABLES];

/** More names than this are in a table of their own. */
const NAMES_IN_A_CELL = 4;

const namesOf = (field: Field): readonly string[] =>
  field.vocabulary ? enumNames(field.vocabulary) : field.flags ? flagNames(field.flags) : [];

function typeText(field: Field): string {
  const kind = field.vocabulary ? 'enum' : field.flags ? 'flags' : field.type;
  const names = namesOf(field);
  return names.length > 0 && names.length <= NAMES_IN_A_CELL ? `${kind}: ${names.join(', ')}` : kind;
}

const notes = (field: Field): string =>
  [
    field.insert ? 'insert' : '',
    field.update ? 'update' : '',
    field.anyOf ? 'conditions only' : '',
    field.watchOnly ? 'events only' : '',
    field.needs ? `needs \`${field.needs}\`` : '',
    field.max === undefined ? '' : `0 – ${field.max}`,
  ]
    .filter(note => note !== '')
    .join('; ');

/** What a field is, without its direction, which its name has. */
const withoutDirection = ({ doc }: Field): string =>
  doc.replace(/, (?:original|reply) direction(?:; short for .*)?$/, '');

interface Row {
  readonly names: string[];
  readonly cells: string;
  readonly values: string;
}

/** The fields of a table; those that are the same in each direction share a row. */
function rowsOf(table: Table): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const [name, field] of Object.entries<Field>(table.fields)) {
    const cells = `${typeText(field)} | ${withoutDirection(field)} | ${notes(field)}`;
    const key = `${name.replace(/(^|\.)(?:orig|reply)\./, '$1')} ${cells}`;
    const names = namesOf(field);
    const row = rows.get(key) ?? { names: [], cells, values: names.length > NAMES_IN_A_CELL ? names.join(', ') : '' };
    row.names.push(`\`${name}\``);
    rows.set(key, row);
  }
  return [...rows.values()];
}

function tableOfFields(table: Table): readonly string[] {
  const rows = rowsOf(table);
  const named = rows.filter(({ values }) => values !== '');
  return [
    '| field | type | what | notes |',
    '|---|---|---|---|',
    ...rows.map(({ names, cells }) => `| ${names.join(', ')} | ${cells} |`),
    '',
    ...(named.length === 0
      ? []
      : [
          '| field | values |',
          '|---|---|',
          ...named.map(({ names, values }) => `| ${names.join(', ')} | ${values} |`),
          '',
        ]),
  ];
}

const INTRODUCTION = `# Fields

The fields of each table, for conditions, columns and changes. In the shell, \`describe conntrack\` shows the same.
\`npm run generate\` makes this page from \`src/lang/schema/catalogue.ts\`.

| name | direction |
|---|---|
| \`src\`, \`dport\` … | of the connection's first packet: short for \`orig.src\`, \`orig.dport\` |
| \`orig.NAME\` | original: what the client sent, before translation |
| \`reply.NAME\` | reply: what the other side answers, after translation |
| \`master.NAME\` | original, of the connection that an expected one belongs to |
| \`host\`, \`port\` | any of them |

| note | meaning |
|---|---|
| insert, update | \`insert\` or \`update\` can set it; every other field can only be read |
| conditions only | it cannot be a column |
| events only | it can be used in \`watch\`, and of files of events |
| needs \`NAME\` | it is null unless the setting \`net.netfilter.NAME\` is 1 |
| 0 – 65535 | the values that it can have |

How values of each type are written: [values](language.md#values).
`;

/** docs/fields.md: every table's fields, from the catalogue. */
export function fieldsPage(): string {
  const tables: readonly Table[] = Object.values(TABLES);
  const lines = [INTRODUCTION, ...tables.map(({ name, doc }) => `- [${name}](#${name}): ${doc}`), ''];
  for (const [at, table] of tables.entries()) {
    const fields = tableOfFields(table);
    const same = tables.slice(0, at).find(before => tableOfFields(before).join() === fields.join());
    lines.push(
      `## ${table.name}`,
      '',
      `${table.doc[0].toUpperCase()}${table.doc.slice(1)}. Operations: ${table.operations.join(', ')}.`,
      '',
      ...(same ? [`The fields are those of [${same.name}](#${same.name}).`, ''] : fields),
    );
  }
  return lines.join('\n');
}
