/** `\copy` of psql, as the statement that writes the same file. */
import { nearest } from '../../../lang/diagnostics/did-you-mean.js';
import { TABLE_NAMES } from '../../../lang/schema/catalogue.js';
import { type FormatName, formatOfPath, isFormat } from '../../../lang/schema/formats/formats.js';
import { quote } from '../../../lang/syntax/literals/literal.js';
import { type CommandContext, commandError, pathOf } from './command.js';

/** What `\copy` writes, and where. */
interface Copy {
  readonly select: string;
  readonly output: string;
  /** The program that reads it. */
  readonly command?: string;
}

const SOURCE = /^(?:\(([\s\S]*)\)|([a-z_]+)\s*(?:\(([^()]*)\))?)\s*\bto\s+([\s\S]*)$/i;
const TARGET = /^(?:(program)\s+)?('(?:[^']|'')*'|"(?:[^"]|"")*"|[^\s'"]+)\s*([\s\S]*)$/i;
/** Words of psql's options that change nothing here. */
const NEEDLESS = new Set(['with', 'format', 'as', 'header', 'true', 'on', '1']);
/** Values of `header` that leave it out. */
const WITHOUT_HEADER = new Set(['false', 'off', '0']);

const INVALID = "write: \\copy (select …) to x.csv, or select … output csv to 'x.csv'";

/** @throws CtqError */
export function copyOf(rest: string): Copy {
  const [, query, table = '', columns = '*', after] = SOURCE.exec(rest.replace(/\s*;$/, '')) ?? [];
  if (after === undefined)
    throw commandError(
      'invalid \\copy',
      /\bfrom\b/i.test(rest) && !rest.startsWith('(') ? "to read a file: insert into conntrack from 'x.save'" : INVALID,
    );
  if (query === undefined && !TABLE_NAMES.some(name => name === table.toLowerCase())) {
    const best = nearest(table.toLowerCase(), TABLE_NAMES);
    throw commandError(`unknown table '${table}'`, best ? `did you mean ${best}?` : INVALID);
  }
  const [, program, target, options = ''] = TARGET.exec(after) ?? [];
  if (target === undefined) throw commandError('invalid \\copy', INVALID);
  const select =
    query?.trim().replace(/;$/, '') ?? `select ${columns === '*' ? '' : `${columns} `}from ${table.toLowerCase()}`;
  const path = pathOf(target, '\\copy');
  const isStandard = program === undefined && /^p?stdout$/i.test(target);
  const toFile = program === undefined && !isStandard;
  const words = outputOf(options, toFile ? path : '');
  return {
    select,
    output: `output ${words}${toFile ? `${words === '' ? '' : ' '}to ${quote(path)}` : ''}`,
    ...(program === undefined ? {} : { command: path }),
  };
}

/** The format and modifiers of psql's options. Without a format, the name of the file selects one; else it is psql's own, text. */
function outputOf(options: string, path: string): string {
  let format: FormatName | undefined;
  let isHeaded = true;
  for (const word of options.toLowerCase().split(/[\s(),]+/)) {
    if (word === 'text') format = 'tsv';
    else if (isFormat(word)) format = word;
    else if (WITHOUT_HEADER.has(word)) isHeaded = false;
    else if (word !== '' && !NEEDLESS.has(word))
      throw commandError(
        `\\copy has no option '${word}'`,
        'options are csv, tsv, json and the other formats, and header',
      );
  }
  const named = format ?? (formatOfPath(path) === undefined ? 'tsv' : '');
  return isHeaded ? named : `${named || formatOfPath(path)}, noheader`;
}

/** `\copy conntrack to x.csv`, `\copy (select …) to 'x.csv' csv header`, `\copy (select …) to program 'sort'`. */
export function copyTo(rest: string, context: CommandContext): Promise<unknown> {
  const { select, output, command } = copyOf(rest);
  const statement = `${select} ${output};`;
  context.shell.messages.note(command === undefined ? statement : `${statement} | ${command}`);
  return context.redirection.piping(command, () => context.run(statement));
}
