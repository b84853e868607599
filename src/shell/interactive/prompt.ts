import { basename } from 'node:path';
import type { Place } from '../../lang/check/checked-ast.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { assertNever } from '../../lang/syntax/ast.js';
import { fit } from '../display/width.js';

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
