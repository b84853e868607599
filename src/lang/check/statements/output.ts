import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { ENTRY_FORMATS, FORMATS, isFormat, isModifier, MODIFIERS } from '../../schema/formats.js';
import type { Name, Output } from '../../syntax/ast.js';
import type { CheckedOutput, FormatName, Modifier } from '../checked-ast.js';

/** The properties of a result that formats depend on. */
export interface ResultShape {
  /** Whole entries of conntrack or expect (or their like), no projection. */
  readonly entries: boolean;
  /** Has an aggregate. */
  readonly grouped: boolean;
  readonly table: string;
}

export function checkOutput(output: Output | undefined, shape: ResultShape, diagnostics: Diagnostics): CheckedOutput {
  let format: FormatName | undefined;
  const modifiers: Modifier[] = [];
  for (const word of output?.words ?? []) {
    const name = word.text.toLowerCase();
    if (isModifier(name)) {
      if (!modifiers.includes(name)) modifiers.push(name);
    } else if (!isFormat(name)) {
      const names = [...Object.keys(FORMATS), ...Object.keys(MODIFIERS)];
      diagnostics.error(
        'name.format',
        word,
        `unknown output format '${word.text}'`,
        didYouMean(name, names) ?? `formats are ${Object.keys(FORMATS).join(', ')}`,
      );
    } else if (format !== undefined) {
      diagnostics.error('clause', word, `only one output format is allowed, got ${format} and ${name}`);
    } else {
      format = name;
      checkShape(name, word, shape, diagnostics);
    }
  }
  return {
    modifiers,
    format,
    file: output?.file?.path,
  };
}

function checkShape(format: FormatName, word: Name, shape: ResultShape, diagnostics: Diagnostics): void {
  if (ENTRY_FORMATS.includes(format) && !shape.entries && !isStatistics(format, shape)) {
    diagnostics.error(
      'clause',
      word,
      `${format} requires whole entries, got columns`,
      'omit the columns (select from conntrack …), or use table, json, csv or tsv',
    );
  } else if (format === 'bars' && !shape.grouped) {
    diagnostics.error(
      'clause',
      word,
      'bars requires a grouped result',
      'for example: select src, count(*) from conntrack group by src output bars',
    );
  }
}

/** Statistics have lines of their own, as `conntrack -S` prints them. */
const isStatistics = (format: FormatName, shape: ResultShape): boolean =>
  (format === 'plain' || format === 'extended') &&
  (shape.table === 'stats' || shape.table === 'expect_stats') &&
  !shape.grouped;
