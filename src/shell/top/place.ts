import { capabilitiesOf, type Place, refusalOf } from '../../lang/schema/places.js';
import type { ShellSession } from '../session/session.js';
import { statementIn } from './statement-in.js';

/** The text before a place, so that the language knows what it is. */
export const USE = 'use ';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A place as `use` takes it: the name of a host or a file may be written without quotes. */
function statementOf(text: string): string {
  const [, word, rest] = /^(ssh|file)\s+([^\s'"(].*)$/i.exec(text.trim()) ?? [];
  return USE + (word === undefined ? text : `${word} ${quoted(rest)}`);
}

/** A message or a hint about `use`, for somebody who has typed only the place. */
export const withoutUse = (text: string): string =>
  text.replace(/ after 'use'/, '').replace(/^write: (?:use|in) (?=\w)/, 'write: ');

/** The place that a text names, as `use` takes it; or what is wrong with it. */
export function placeOf(text: string, shell: ShellSession): Place | string {
  const { statement, mistake } = statementIn(statementOf(text), shell);
  if (statement?.kind !== 'use') {
    const message = withoutUse(mistake?.message ?? 'expected a place');
    return mistake?.hint === undefined ? message : `${message}: ${withoutUse(mistake.hint)}`;
  }
  const { place } = statement;
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
