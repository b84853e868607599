import type { Modifier } from '../../../lang/checked/ast.js';
import { exactText } from '../../../lang/conversion/exact-text.js';
import type { Environment } from '../../../lang/schema/environment.js';
import type { Type } from '../../../lang/schema/type.js';
import type { Integer, Value } from '../../../lang/values/value.js';
import { humanSince, humanText } from './format-value.js';
import type { Text } from './text.js';

/** A column as far as showing its values needs it. */
export interface ShownColumn {
  readonly name: string;
  readonly type: Type;
  /** A time that people see as the time since then. */
  readonly isSince?: true;
}

/** Names for addresses, as far as they are known. */
export interface Names {
  nameOf(address: number | string): string | undefined;
}

/** How a result that exceeds the screen is shown: by a pager, or in place. */
export interface Paging {
  /** Lines above which it is paged. */
  readonly lines: number;
  /** Lines may be longer than the screen: the pager scrolls sideways. */
  readonly scrollsSideways: boolean;
  /** Lines that stay at the top, which the format knows once it has laid out the first rows. */
  header: number;
}

/** The exit status of a check: https://www.monitoring-plugins.org/doc/guidelines.html#AEN78 */
export type CheckStatus = 0 | 1 | 2 | 3;

/** What a format knows about its destination. */
export interface FormatContext {
  readonly text: Text;
  readonly environment: Environment;
  readonly modifiers: ReadonlySet<Modifier>;
  /** Columns of the terminal, as of now; undefined if lines may be of any length. */
  readonly width: number | undefined;
  readonly color: boolean;
  /** Whether a terminal shows the text unchanged: then it must not contain control characters. */
  readonly isTTY: boolean;
  /** Whether the reader's locale shows more than ASCII. */
  readonly unicode: boolean;
  /** Set if a pager shows what exceeds the screen. */
  readonly paging?: Paging;
  /** Shown for null in tables. */
  readonly nullText: string;
  /** Numbers and durations with units: requested, or the default of a table on a terminal. */
  readonly human: boolean;
  /** Reports what the result loses in this format. */
  readonly warn?: (message: string, hint?: string) => void;
  /** Receives the titles of the columns for which a table had no room. */
  readonly leftOut?: (titles: readonly string[]) => void;
  /** Receives the exit status of a check. */
  readonly checked?: (status: CheckStatus) => void;
  /** Set with `resolve`. */
  readonly names?: Names;
  /** The text of a value, with the modifiers applied; control characters are still in it. */
  show(value: Exclude<Value, null>, column: ShownColumn): string;
}

/** How values are shown, from the modifiers. */
export function shower(
  context: Pick<FormatContext, 'environment' | 'human' | 'names' | 'modifiers'>,
): FormatContext['show'] {
  const { environment, human, names } = context;
  const text = human
    ? (value: Exclude<Value, null>, { name, type, isSince }: ShownColumn) =>
        isSince ? humanSince(value as Integer) : humanText(value, type, environment, name)
    : (value: Exclude<Value, null>, { type }: ShownColumn) => exactText(value, type, environment);
  if (!context.modifiers.has('resolve')) return text;
  return (value, column) => resolved(value, column, environment, names) ?? text(value, column);
}

/** The name of a port or an address, if it has one. */
export function resolved(
  value: Exclude<Value, null>,
  { type }: ShownColumn,
  environment: Pick<Environment, 'serviceName'>,
  names: Names | undefined,
): string | undefined {
  if (type.name === 'port' && typeof value === 'number') return environment.serviceName(value);
  if (type.name === 'address' && (typeof value === 'number' || typeof value === 'string')) return names?.nameOf(value);
  return undefined;
}
