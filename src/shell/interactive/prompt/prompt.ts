import type { Place } from '../../../lang/checked/ast.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { placePrompt } from '../../../lang/schema/places.js';
import { fit } from '../../display/text/width.js';

/** What a prompt shows. */
export interface PromptParts {
  readonly place: Place;
  /** What it says of changes: `promptMode`. */
  readonly mode: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
}

/** The prompt of a template: `{place}`, `{mode}`, `{user}` and `{time}` are replaced. */
export function promptOf(template: string, { place, mode, env, now }: PromptParts): string {
  const parts: Readonly<Record<string, string>> = {
    place: fit(printable(placePrompt(place)), 24, '…'),
    mode,
    user: env.SUDO_USER ?? env.USER ?? '',
    time: now.toTimeString().slice(0, 8),
  };
  const text = template.replace(/\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
  return printable(text);
}
