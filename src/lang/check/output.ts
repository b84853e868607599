import type { Diagnostics } from '../diagnostics/diagnostic.js';
import {
  FORMAT_NAMES,
  type FormatName,
  formatRefusal,
  isFormat,
  isModifier,
  MODIFIER_NAMES,
  type Modifier,
  type ResultShape,
} from '../schema/formats.js';
import type { Output } from '../syntax/ast.js';
import type { CheckedOutput } from './checked-ast.js';
import { suggestion } from './convert.js';

export function checkOutput(output: Output | undefined, shape: ResultShape, diagnostics: Diagnostics): CheckedOutput {
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
        suggestion(name, [...FORMAT_NAMES, ...MODIFIER_NAMES]) ?? `formats are ${FORMAT_NAMES.join(', ')}`,
      );
    } else if (format !== undefined) {
      diagnostics.error('clause', word, `only one output format is allowed, got ${format} and ${name}`);
    } else {
      format = name;
      const refusal = formatRefusal(name, shape);
      if (refusal !== undefined) diagnostics.error('clause', word, refusal.message, refusal.hint);
    }
  }
  return {
    modifiers,
    ...(format === undefined ? {} : { format }),
    ...(output?.file ? { file: output.file.path } : {}),
  };
}
