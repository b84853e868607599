import type { Variables } from '../../../lang/check/check.js';
import type { Binding } from '../../../lang/checked/statements.js';

type Variable = Variables extends Map<string, infer V> ? V : never;

/** The variables of a shell; those that have a value are kept apart, so that a statement need not look for them. */
export class KnownVariables extends Map<string, Variable> {
  readonly bindings = new Map<string, Binding>();

  override set(name: string, variable: Variable): this {
    const { binding } = variable;
    if (binding === undefined) this.bindings.delete(name);
    else this.bindings.set(name, binding);
    return super.set(name, variable);
  }
}
