import { enumNames } from '../../lang/schema/flags.js';
import type { Type } from '../../lang/schema/type.js';

/** Of long names, so much is kept free. */
const LONGEST_WORD = 12;

/** The width that values of a type usually want, for a table whose rows are not known beforehand. */
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
        : Math.min(LONGEST_WORD, Math.max(0, ...enumNames(type.vocabulary).map(word => word.length)));
    default:
      return 0;
  }
}
