import { didYouMean } from '../../../lang/diagnostics/did-you-mean.js';
import type { Script } from '../../cli/scripts/script.js';

const textsOf = ({ text, included }: Script): readonly string[] => [text, ...[...included.values()].flatMap(textsOf)];

/**
 * Finds a variable of `--set` that a text, with what it includes, does not use: a misspelt one would leave the text's own value, and what
 * it deletes would be something else.
 */
export function unusedVariable(
  names: Iterable<string>,
  script: Script,
): { readonly message: string; readonly hint: string } | undefined {
  const used = new Set(textsOf(script).flatMap(text => [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name)));
  const name = [...names].find(each => !used.has(each));
  if (name === undefined) return undefined;
  const hint =
    didYouMean(name, used) ??
    (used.size === 0 ? `write $${name} in it` : `it uses ${[...used].map(each => `$${each}`).join(', ')}`);
  return { message: `--set ${name}: the statement does not use $${name}`, hint };
}
