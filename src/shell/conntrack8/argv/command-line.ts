import type { WatchEvent } from '../../../lang/checked/statements.js';
import type { Address } from '../../../lang/values/value.js';
import type { CommandName, TableName } from '../commands.js';
import type { OptionName, OptionValues } from '../option-table.js';
import type { Family, Translation } from './address.js';
import type { ProtocolName, ProtocolOption } from './protocols.js';
import type { OutputWord } from './word-lists.js';

/** `-p`: a number, and conntrack(8)'s name where the protocol has options of its own. */
export interface GivenProtocol {
  readonly number: number;
  readonly name?: ProtocolName;
}

/** A command line that conntrack(8) would execute, as plain data. */
export interface CommandLine {
  /** Undefined: none, which prints the help. */
  readonly command: CommandName | undefined;
  readonly table: TableName;
  readonly given: ReadonlySet<OptionName>;
  /** Of `-f`, or of the addresses. */
  readonly family?: Family;
  readonly src?: Address;
  readonly dst?: Address;
  readonly replySrc?: Address;
  readonly replyDst?: Address;
  /** Netmasks, of `--mask-src` and `--mask-dst` or of networks. */
  readonly maskSrc?: Address;
  readonly maskDst?: Address;
  readonly tupleSrc?: Address;
  readonly tupleDst?: Address;
  readonly proto?: GivenProtocol;
  /** Numbers of the protocol's options; states and roles by the kernel's values. */
  readonly keys: Readonly<Partial<Record<ProtocolOption, number>>>;
  /** Of the options that have a value of their own in the table. */
  readonly values: OptionValues;
  readonly events?: readonly WatchEvent[];
  /** Both of `any-nat`. */
  readonly snat?: Translation;
  readonly dnat?: Translation;
  readonly output: readonly OutputWord[];
  readonly labels: readonly string[];
  /** Of `--label-add` and `--label-del`; none with the latter: all. */
  readonly changedLabels: readonly string[];
  /** Of `--labelmap`: the bits of labels, in place of those of the system's connlabel.conf. */
  readonly labelMap?: ReadonlyMap<string, number>;
  /** Printed on standard error before anything is done. */
  readonly warnings: readonly string[];
  /** How often the names of the system's labels were asked for: conntrack(8) tries to read connlabel.conf each time until it can. */
  readonly labelReads: number;
}

/** What a command line is read with: names that files of the system give to numbers. */
export interface Lookups {
  /** The bit of a label (connlabel.conf). */
  labelBit(name: string): number | undefined;
  /** The number of a protocol (/etc/protocols). */
  protocolByName?(name: string): number | undefined;
  /** The labels of another file of connlabel.conf's format; undefined if it cannot be read. */
  labelsOf?(path: string): ReadonlyMap<string, number> | undefined;
}
