import type { Aggregate, Typed } from '../../../../lang/checked/ast.js';
import { walk } from '../../../../lang/checked/walk.js';
import { compile, type EvalContext, withoutRow } from '../../../../lang/evaluate/evaluate.js';
import type { Getter } from '../../../../lang/values/value.js';

/** How an expression depends on the gateway that a row is from. */
export type GatewayUse = 'none' | 'only' | 'with others';

/** Whether a node has the field `gateway`, and other fields besides. */
export function gatewayUse(node: Typed): GatewayUse {
  let hasGateway = false;
  let hasOthers = false;
  walk(node, each => {
    if (each.kind !== 'field') return;
    if (each.name === 'gateway' && each.join === undefined) hasGateway = true;
    else hasOthers = true;
  });
  return hasGateway ? (hasOthers ? 'with others' : 'only') : 'none';
}

/** Computes the nodes that depend on the gateway only from its name: what a member says about that does not count. */
export function gatewayValues(
  nodes: readonly Typed[],
  reading: EvalContext<never>,
): readonly (Getter<string> | undefined)[] {
  const of: EvalContext<string> = { ...withoutRow(reading), field: () => name => name };
  return nodes.map(node => (gatewayUse(node) === 'only' ? compile(node, of) : undefined));
}

/** Whether an aggregate of the gateway's name says which names there are; its state is then checked. */
export const namesGateways = ({ name, arg, distinct }: Aggregate): boolean =>
  arg !== undefined && gatewayUse(arg) === 'only' && (name === 'min' || name === 'max' || distinct);
