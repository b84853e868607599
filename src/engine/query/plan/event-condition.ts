/** Which part of a condition on events a filter in the kernel can decide: see `docs/kernel-filters.md`. */
import type { FieldNode, Typed } from '../../../lang/checked/ast.js';
import { BOOLEAN } from '../../../lang/schema/type.js';
import type { Value } from '../../../lang/values/value.js';
import type { EventCondition } from '../../ctnetlink/event-filter/condition.js';
import { type FieldPlaces, isAbsent } from '../../ctnetlink/event-filter/fields.js';
import { type EventScope, firstOf, isUnknown, placesIn, testOf } from './event-tests.js';

/** A condition, or what of it the kernel can decide. */
export interface EventPart {
  /** The same in the language, to show it. */
  readonly typed: Typed;
  readonly condition: EventCondition;
  /** It decides the whole condition; else there are values of which it only decides some. */
  readonly isExact: boolean;
}

/**
 * The strongest condition on an event's message that is true wherever the given one is (or false wherever that is false, if not
 * `isPositive`).
 */
export function eventPart(node: Typed, scope: EventScope, isPositive = true): EventPart {
  switch (node.kind) {
    case 'logical': {
      const parts = node.operands.map(each => eventPart(each, scope, isPositive));
      return {
        typed: junction(
          node.op,
          parts.map(each => each.typed),
        ),
        condition: { kind: node.op, operands: parts.map(each => each.condition) },
        isExact: parts.every(each => each.isExact),
      };
    }
    case 'not': {
      const { typed, condition, isExact } = eventPart(node.operand, scope, !isPositive);
      return {
        typed: typed.kind === 'const' ? constant(negated(typed.value)) : { ...node, operand: typed },
        condition: { kind: 'not', operand: condition },
        isExact,
      };
    }
    case 'any': {
      // With null beside the fields a miss is unknown, as that of other tests.
      if (isUnknown(node, scope))
        return eventPart({ kind: 'logical', op: 'or', operands: node.tests, type: BOOLEAN }, scope, isPositive);
      const parts = node.tests.map(each => eventPart(each, scope, true));
      const isExact = parts.every(each => each.isExact);
      if (!isExact && !isPositive) return possible(isPositive);
      const typed = { ...node, tests: parts.map(each => each.typed) };
      return {
        typed: isExact ? typed : junction('or', typed.tests),
        condition: { kind: 'any', operands: parts.map(each => each.condition) },
        isExact,
      };
    }
    case 'const':
      return exact(node, { kind: 'const', value: node.value as boolean | null });
    case 'is_null': {
      const places = node.operand.kind === 'field' ? placesIn(node.operand, scope) : undefined;
      return places === undefined ? possible(isPositive) : exact(node, isAbsent(places));
    }
    default: {
      const condition = testOf(node, scope);
      if (condition !== undefined) return exact(node, condition);
      const first = isPositive ? firstOf(node, scope) : undefined;
      return first === undefined
        ? presence(node, scope, isPositive)
        : { typed: node, condition: first, isExact: false };
    }
  }
}

const constant = (value: Value): Typed => ({ kind: 'const', type: BOOLEAN, value });
const negated = (value: Value): Value => (value === null ? null : !value);
const exact = (typed: Typed, condition: EventCondition): EventPart => ({ typed, condition, isExact: true });

/** A condition of which nothing is known. */
const possible = (isPositive: boolean): EventPart => ({
  typed: constant(isPositive),
  condition: { kind: 'const', value: isPositive },
  isExact: false,
});

/** `and` or `or`, without operands that decide nothing. */
function junction(op: 'and' | 'or', operands: readonly Typed[]): Typed {
  const decisive = op === 'or';
  const rest = operands.filter(each => each.kind !== 'const' || each.value !== !decisive);
  const deciding = rest.find(each => each.kind === 'const' && each.value === decisive);
  if (deciding !== undefined) return deciding;
  if (rest.length === 0) return constant(!decisive);
  return rest.length === 1 ? rest[0] : { kind: 'logical', op, operands: rest, type: BOOLEAN };
}

/** Of a test that the kernel cannot make: it is null unless the message has the fields that it compares. */
function presence(node: Typed, scope: EventScope, isPositive: boolean): EventPart {
  const needed = new Map<string, FieldNode>();
  for (const each of strictFields(node)) if (placesIn(each, scope)) needed.set(each.name, each);
  if (needed.size === 0) return possible(isPositive);
  const fields = [...needed.values()];
  const absent = fields.map((operand): Typed => ({ kind: 'is_null', operand, type: BOOLEAN }));
  const isAnyAbsent: EventCondition = {
    kind: 'or',
    operands: fields.map(each => isAbsent(placesIn(each, scope) as FieldPlaces)),
  };
  const typed = junction('or', absent);
  if (!isPositive) return { typed, condition: isAnyAbsent, isExact: false };
  const present = absent.map((operand): Typed => ({ kind: 'not', operand, type: BOOLEAN }));
  return { typed: junction('and', present), condition: { kind: 'not', operand: isAnyAbsent }, isExact: false };
}

/** The fields that make an expression null if one of them is. */
function strictFields(node: Typed): readonly FieldNode[] {
  switch (node.kind) {
    case 'field':
      return [node];
    case 'compare':
    case 'binary':
      return [...strictFields(node.left), ...strictFields(node.right)];
    case 'unary':
    case 'in':
    case 'has':
    case 'is_class':
      return strictFields(node.operand);
    case 'within':
      return [...strictFields(node.operand), ...strictFields(node.network)];
    case 'like':
      return [...strictFields(node.operand), ...strictFields(node.pattern)];
    default:
      return [];
  }
}
