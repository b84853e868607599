import type { CheckedOutput, CheckedSelect } from '../../checked/ast.js';
import { shown } from '../../checked/selects.js';
import { isMeasure } from '../../checked/walk.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { endingRefusal, endingWarning } from '../../schema/formats/file-endings.js';
import {
  FORMAT_NAMES,
  type FormatName,
  formatOfPath,
  formatRefusal,
  isFormat,
  isModifier,
  MODIFIER_NAMES,
  type Modifier,
  modifierRefusal,
  type ResultShape,
} from '../../schema/formats/formats.js';
import { formatSynonym } from '../../schema/synonyms.js';
import type { Output } from '../../syntax/ast.js';
import { isEmptyPath } from './places.js';

/** Rows that are not read from a table. */
export const ROWS: ResultShape = { isWhole: false, isGrouped: false };

/** What a format must know of a result's groups. */
export const groupedShape = ({
  columns = [],
  grouping,
}: Pick<CheckedSelect, 'columns' | 'grouping'>): Pick<ResultShape, 'isGrouped' | 'columns'> =>
  grouping === undefined
    ? { isGrouped: false }
    : {
        isGrouped: true,
        columns: shown(columns).map(column => ({
          name: column.name,
          type: column.expr.type,
          isMeasure: isMeasure(column),
        })),
      };

/**
 * Checks that the formats and modifiers of `output` can show a result.
 * @param shape undefined where columns have errors: then nothing is said of what a format requires
 */
export function checkOutput(
  output: Output | undefined,
  shape: ResultShape | undefined,
  diagnostics: Diagnostics,
): CheckedOutput {
  let format: FormatName | undefined;
  const modifiers: Modifier[] = [];
  for (const word of output?.words ?? []) {
    const name = word.text.toLowerCase();
    if (isModifier(name)) {
      if (!modifiers.includes(name)) modifiers.push(name);
    } else if (!isFormat(name)) {
      diagnostics.error(
        'name.format',
        word,
        `unknown output format '${word.text}'`,
        formatSynonym(name) ??
          didYouMean(name, [...FORMAT_NAMES, ...MODIFIER_NAMES]) ??
          `formats are ${FORMAT_NAMES.join(', ')}`,
      );
    } else if (format !== undefined) {
      diagnostics.error('clause', word, `only one output format is allowed, got ${format} and ${name}`);
    } else {
      format = name;
      const refusal = shape && formatRefusal(name, shape);
      if (refusal !== undefined) diagnostics.error('clause', word, refusal.message, refusal.hint);
    }
  }
  const written = format ?? (output?.file && formatOfPath(output.file.path));
  for (const word of output?.words ?? []) {
    const name = word.text.toLowerCase();
    const refusal = isModifier(name) ? modifierRefusal(name, written, shape) : undefined;
    if (refusal !== undefined) diagnostics.error('clause', word, refusal.message, refusal.hint);
  }
  if (output?.file) isEmptyPath(output.file, output.file.path, diagnostics);
  const file = output?.file;
  const refused = file && endingRefusal(file.path, format !== undefined);
  if (refused) diagnostics.error('name.format', file, ...refused);
  const ending = file && endingWarning(file.path, format);
  if (file && ending) diagnostics.warning('name.format', file, ...ending);
  for (const level of ['warning', 'critical'] as const) {
    const condition = output?.[level];
    if (condition !== undefined && format !== 'nagios')
      diagnostics.error('clause', condition, `${level} requires nagios`, `write: output nagios ${level} …`);
  }
  return {
    modifiers,
    format,
    file: output?.file?.path,
  };
}
