/** The example of every function is a correct statement that calls it, and its call gives a value of the type that was checked. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../../src/lang/check/check.js';
import type { Aggregate, Typed } from '../../../src/lang/checked/ast.js';
import type { Checked } from '../../../src/lang/checked/statements.js';
import { compile } from '../../../src/lang/evaluate/evaluate.js';
import {
  AGGREGATE_FUNCTIONS,
  accumulatorOf,
  FUNCTION_NAMES,
  SCALAR_FUNCTIONS,
} from '../../../src/lang/functions/registry.js';
import type { Type } from '../../../src/lang/schema/type.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import type { Value } from '../../../src/lang/values/value.js';
import { ENVIRONMENT } from '../../kit/environment.js';
import { FLOW } from '../flow.js';

const test = suite('functions');

const ROW = { ...FLOW, 'orig.packets': 9, 'reply.packets': 4 };

const context = {
  field:
    ({ name }: { readonly name: string }) =>
    (row: typeof FLOW) =>
      row[name] ?? null,
  environment: ENVIRONMENT,
  now: ENVIRONMENT.now(),
};

function checked(text: string): Checked {
  const { statements, diagnostics } = parse(text);
  assert.equal([diagnostics.length, statements.length], [0, 1], text);
  const result = check(statements[0], ENVIRONMENT);
  assert.equal(
    result.diagnostics.map(({ message }) => message),
    [],
    text,
  );
  return result.value!;
}

/** All nodes of a checked tree that have a property of a value. */
function nodesWith<T>(tree: unknown, property: string, value: string): T[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const own = (tree as Record<string, unknown>)[property] === value ? [tree as T] : [];
  return [...own, ...Object.values(tree).flatMap(child => nodesWith<T>(child, property, value))];
}

/** Representations of values, by type (`values/value.ts`). */
function isOfType(value: Value, { name }: Type): boolean {
  switch (name) {
    case 'text':
      return typeof value === 'string';
    case 'network':
      return typeof value === 'string' && (value.length === 3 || value.length === 9);
    case 'decimal':
      return typeof value === 'number';
    default:
      return typeof value === 'bigint' || Number.isInteger(value);
  }
}

for (const [name, { example, doc, signature, arity }] of Object.entries(SCALAR_FUNCTIONS)) {
  test(signature, () => {
    assert.ok(doc.length > 0 && signature.startsWith(`${name}(`) && arity[0] <= arity[1]);
    const calls = nodesWith<Typed>(checked(example), 'name', name).filter(({ kind }) => kind === 'call');
    assert.ok(calls.length > 0, `${example} does not call ${name}`);
    for (const call of calls) {
      const value = compile(call, context)(ROW);
      assert.ok(isOfType(value, call.type), `${example}: ${value} is not of type ${call.type.name}`);
    }
  });
}

for (const [name, { example, doc, signature, arity }] of Object.entries(AGGREGATE_FUNCTIONS)) {
  test(signature, () => {
    assert.ok(doc.length > 0 && signature.startsWith(`${name}(`) && arity[0] <= arity[1]);
    const aggregates = nodesWith<Aggregate>(checked(example), 'name', name);
    assert.ok(aggregates.length > 0, `${example} does not call ${name}`);
    for (const aggregate of aggregates) {
      const accumulator = accumulatorOf(aggregate);
      accumulator.grow();
      accumulator.add(0, aggregate.arg ? compile(aggregate.arg, context)(ROW) : true);
      const value = accumulator.result(0, 5);
      assert.ok(isOfType(value, aggregate.type), `${example}: ${value} is not of type ${aggregate.type.name}`);
    }
  });
}

test('a name is of one function', () => {
  assert.is(new Set(FUNCTION_NAMES).size, FUNCTION_NAMES.length);
});

test.run();
