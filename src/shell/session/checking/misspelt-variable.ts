import { didYouMean } from '../../../lang/diagnostics/did-you-mean.js';
import type { Script } from '../../scripts/script.js';

const textsOf = ({ text, included }: Script): readonly string[] => [text, ...[...included.values()].flatMap(textsOf)];

/**
 * Finds a variable of `--set` that a text, with what it includes, does not use, where it uses one of a similar name: that would keep the
 * text's own value, and what it deletes would be something else.
 */
export function misspeltVariable(
  names: Iterable<string>,
  script: Script,
): { readonly message: string; readonly hint: string } | undefined {
  const used = new Set(textsOf(script).flatMap(text => [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name)));
  for (const name of names) {
    const hint = used.has(name) ? undefined : didYouMean(name, used);
    if (hint !== undefined) return { message: `--set ${name}: the statement does not use $${name}`, hint };
  }
  return undefined;
}
