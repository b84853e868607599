import { basename } from 'node:path';
import { assertNever } from '../../lang/ast.js';
import type { Place } from '../../lang/typed.js';
import { printable } from '../output/escape.js';
import { fit } from '../output/width.js';

function where(place: Place): string {
  switch (place.kind) {
    case 'kernel':
      return '';
    case 'netns':
      return `@${place.name}`;
    case 'pid':
      return `@pid ${place.pid}`;
    case 'file':
      return ` ${basename(place.path)}`;
    case 'every_netns':
      return '@*';
    case 'ssh':
      return `@${place.host}`;
    default:
      return assertNever(place);
  }
}

/** `ctq> `, with where statements go, and whether they may change anything there. */
export const promptOf = (place: Place, isReadOnly: boolean): string =>
  `ctq${fit(printable(where(place)), 24, '…')}${isReadOnly ? ' (read-only)' : ''}> `;
