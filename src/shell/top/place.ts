import { check } from '../../lang/check/check.js';
import { capabilitiesOf, type Place, refusalOf } from '../../lang/schema/places.js';
import { parse } from '../../lang/syntax/parse.js';
import type { ShellSession } from '../session/session.js';

/** The text before a place, so that the language knows what it is. */
export const USE = 'use ';

/** The place that a text names, as `use` takes it; or what is wrong with it. */
export function placeOf(text: string, shell: ShellSession): Place | string {
  const parsed = parse(USE + text);
  const [statement] = parsed.statements;
  const found =
    parsed.diagnostics.length > 0
      ? { diagnostics: parsed.diagnostics }
      : check(statement, shell.environment, new Map(shell.variables), shell.place);
  const value = 'value' in found ? found.value : undefined;
  if (value?.kind !== 'use') {
    const [mistake] = found.diagnostics;
    return mistake?.hint === undefined
      ? (mistake?.message ?? 'expected a place')
      : `${mistake.message}: ${mistake.hint}`;
  }
  const { place } = value;
  if (place.kind === 'history') return 'the history does not change: select from it in the shell';
  return severalGateways(place) ?? refusalOf('conntrack', 'select', place)?.message ?? place;
}

/** Why top cannot show a place of several gateways; undefined for another place. */
export function severalGateways(place: Place): string | undefined {
  if (capabilitiesOf(place).spans !== 'gateway') return undefined;
  const all =
    place.kind === 'fleet' ? 'ask the fleet by select … in fleet every 2s' : 'ask all of them by select … every 2s';
  return `top shows one gateway: name it, such as ssh HOST, or ${all}`;
}
