/** `host = …` and `port = …`: where what the fields are compared with is null, a miss is unknown. */
import type { AnyNode, InNode, Typed } from '../checked/ast.js';
import { childrenOf, walk } from '../checked/walk.js';
import type { Getter, Value } from '../values/value.js';
import { compileOr } from './operators.js';

const isSameField = (node: Typed, field: Typed): boolean =>
  node.kind === 'field' && field.kind === 'field' && node.name === field.name && node.join === field.join;

/** The largest parts of a test without the field, except constants. */
export function valuesBeside(test: Typed, field: Typed): readonly Typed[] {
  if (isSameField(test, field)) return [];
  let hasField = false;
  walk(test, each => {
    hasField ||= isSameField(each, field);
  });
  if (!hasField) return test.kind === 'const' ? [] : [test];
  return childrenOf(test).flatMap(child => valuesBeside(child, field));
}

/** Whether a list of its tests holds null. @param values those of a subquery or a variable */
export function hasNullInLists({ tests }: AnyNode, values: (node: InNode) => readonly Value[]): boolean {
  let found = false;
  for (const test of tests)
    walk(test, node => {
      if (node.kind === 'in') found ||= node.values.includes(null) || values(node).includes(null);
    });
  return found;
}

/** @param hasNull whether a list holds null */
export function compileAny<Row>(
  tests: readonly Getter<Row>[],
  others: readonly Getter<Row>[],
  hasNull: boolean,
): Getter<Row> {
  if (hasNull) return compileOr(tests);
  return row => {
    for (let i = 0; i < tests.length; i++) if (tests[i](row) === true) return true;
    for (let i = 0; i < others.length; i++) if (others[i](row) === null) return null;
    return false;
  };
}
