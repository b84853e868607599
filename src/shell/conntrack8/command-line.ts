import type { WatchEvent } from '../../lang/check/checked-ast.js';
import type { Address } from '../../lang/values/value.js';
import type { Family, Translation } from './address.js';
import type { OutputWord, StatusWords } from './lists.js';
import type { Mark } from './numbers.js';
import type { CommandName, OptionName, TableName } from './options.js';
import type { ProtocolName, ProtocolOption } from './protocols.js';

/** `-p`: a number, and the protocol's own options where it has some. */
export interface GivenProtocol {
  readonly number: number;
  readonly name?: ProtocolName;
}

/** A command line that conntrack(8) would carry out, as plain data. */
export interface CommandLine {
  /** Undefined: no command, for which there is help. */
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
  /** Seconds. */
  readonly timeout?: number;
  readonly status?: StatusWords;
  readonly events?: readonly WatchEvent[];
  readonly mark?: Mark;
  readonly secmark?: number;
  readonly id?: number;
  /** With `any-nat` both are that one. */
  readonly snat?: Translation;
  readonly dnat?: Translation;
  readonly output: readonly OutputWord[];
  /** Bytes. */
  readonly bufferSize?: number;
  readonly zone?: number;
  readonly origZone?: number;
  readonly replyZone?: number;
  readonly labels: readonly string[];
  /** Of `--label-add` and `--label-del`; none with the latter: all. */
  readonly changedLabels: readonly string[];
  /** Of `--labelmap`: the bits of labels, in place of those of the system's connlabel.conf. */
  readonly labelMap?: ReadonlyMap<string, number>;
  /** What is said on standard error before anything is done. */
  readonly warnings: readonly string[];
}
