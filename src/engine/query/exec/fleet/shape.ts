import type { CheckedSelect } from '../../../../lang/checked/ast.js';
import type { Type } from '../../../../lang/schema/type.js';
import type { SelectWanted } from '../../../sources/fleet/protocol/protocol.js';

/**
 * Describes the parts of an answer as a text: two machines that understand a statement in the same way have the same. Otherwise one
 * has another version of ctq.
 */
export function shapeOf({ from, columns = [], grouping }: CheckedSelect, wanted: SelectWanted): string {
  switch (wanted) {
    case 'entries':
      return `entries of ${from.table}`;
    case 'rows':
      return `rows of ${columns.map(({ expr }) => typeText(expr.type)).join(', ')}`;
    case 'groups': {
      const { keys = [], aggregates = [] } = grouping ?? {};
      const states = aggregates.map(({ name, arg, distinct }) => {
        const of = arg === undefined ? '*' : typeText(arg.type);
        return `${name}(${distinct ? 'distinct ' : ''}${of})`;
      });
      return `groups of ${keys.map(({ type }) => typeText(type)).join(', ')} with ${states.join(', ')}`;
    }
  }
}

const typeText = ({ name, vocabulary, flags }: Type): string => [name, vocabulary ?? flags].filter(Boolean).join(' ');
