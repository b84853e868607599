import { enumNames } from '../../../lang/schema/flags.js';
import type { Type } from '../../../lang/schema/type.js';

/** Maximum width that is reserved for names. */
const MAX_WORD_WIDTH = 12;

/** The usual width of values of a type, for tables whose rows are not known in advance. */
export function typicalWidth(type: Type): number {
  switch (type.name) {
    case 'address':
      return 15;
    case 'network':
      return 18;
    case 'port':
      return 5;
    case 'enum':
      return type.vocabulary === undefined
        ? 0
        : Math.min(MAX_WORD_WIDTH, Math.max(0, ...enumNames(type.vocabulary).map(word => word.length)));
    default:
      return 0;
  }
}
