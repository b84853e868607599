/**
 * The options of conntrack(8) that do not belong to a protocol, in the order in which it looks for what is missing and what does not
 * go together. Commands take the name of a table behind them, in a word of its own.
 */

export type CommandName =
  | 'list'
  | 'create'
  | 'add'
  | 'update'
  | 'delete'
  | 'get'
  | 'flush'
  | 'event'
  | 'count'
  | 'stats'
  | 'version'
  | 'help';

export type TableName = 'conntrack' | 'expect' | 'dying' | 'unconfirmed';

export type OptionName =
  | 'src'
  | 'dst'
  | 'reply-src'
  | 'reply-dst'
  | 'protonum'
  | 'timeout'
  | 'status'
  | 'zero'
  | 'event-mask'
  | 'tuple-src'
  | 'tuple-dst'
  | 'mask-src'
  | 'mask-dst'
  | 'nat-range'
  | 'mark'
  | 'id'
  | 'family'
  | 'src-nat'
  | 'dst-nat'
  | 'output'
  | 'secmark'
  | 'buffer-size'
  | 'any-nat'
  | 'zone'
  | 'label'
  | 'label-add'
  | 'label-del'
  | 'orig-zone'
  | 'reply-zone'
  | 'labelmap';

/** Whether an option is followed by an argument: always, never, or where the next word is none that begins with `-` or `!`. */
export type Argument = 'required' | 'none' | 'optional';

export interface OptionForm {
  /** One letter, where it has one. */
  readonly short?: string;
  /** Without the dashes; any beginning of one that no other option shares will do. */
  readonly long: readonly string[];
  readonly argument: Argument;
  /** An argument in the same word (`-Lo`) is thrown away, as conntrack(8) does: harmless with what deletes and changes nothing. */
  readonly attached?: 'ignored';
}

export const COMMANDS = {
  list: { short: 'L', long: ['dump'], argument: 'optional', attached: 'ignored' },
  create: { short: 'I', long: ['create'], argument: 'optional', attached: 'ignored' },
  add: { short: 'A', long: ['add'], argument: 'optional', attached: 'ignored' },
  update: { short: 'U', long: ['update'], argument: 'optional' },
  delete: { short: 'D', long: ['delete'], argument: 'optional' },
  get: { short: 'G', long: ['get'], argument: 'optional', attached: 'ignored' },
  flush: { short: 'F', long: ['flush'], argument: 'optional' },
  event: { short: 'E', long: ['event'], argument: 'optional', attached: 'ignored' },
  count: { short: 'C', long: ['counter', 'count'], argument: 'optional', attached: 'ignored' },
  stats: { short: 'S', long: ['stats'], argument: 'optional', attached: 'ignored' },
  version: { short: 'V', long: ['version'], argument: 'optional' },
  help: { short: 'h', long: ['help'], argument: 'optional' },
} as const satisfies Record<CommandName, OptionForm>;

export const OPTIONS = {
  src: { short: 's', long: ['src', 'orig-src'], argument: 'required' },
  dst: { short: 'd', long: ['dst', 'orig-dst'], argument: 'required' },
  'reply-src': { short: 'r', long: ['reply-src'], argument: 'required' },
  'reply-dst': { short: 'q', long: ['reply-dst'], argument: 'required' },
  protonum: { short: 'p', long: ['protonum', 'proto'], argument: 'required' },
  timeout: { short: 't', long: ['timeout'], argument: 'required' },
  status: { short: 'u', long: ['status'], argument: 'required' },
  zero: { short: 'z', long: ['zero'], argument: 'none' },
  'event-mask': { short: 'e', long: ['event-mask'], argument: 'required' },
  'tuple-src': { short: '[', long: ['tuple-src'], argument: 'required' },
  'tuple-dst': { short: ']', long: ['tuple-dst'], argument: 'required' },
  'mask-src': { short: '{', long: ['mask-src'], argument: 'required' },
  'mask-dst': { short: '}', long: ['mask-dst'], argument: 'required' },
  'nat-range': { short: 'a', long: ['nat-range'], argument: 'required' },
  mark: { short: 'm', long: ['mark'], argument: 'required' },
  id: { short: 'i', long: ['id'], argument: 'required' },
  family: { short: 'f', long: ['family'], argument: 'required' },
  'src-nat': { short: 'n', long: ['src-nat'], argument: 'optional' },
  'dst-nat': { short: 'g', long: ['dst-nat'], argument: 'optional' },
  output: { short: 'o', long: ['output'], argument: 'required' },
  secmark: { short: 'c', long: ['secmark'], argument: 'required' },
  'buffer-size': { short: 'b', long: ['buffer-size'], argument: 'required' },
  'any-nat': { short: 'j', long: ['any-nat'], argument: 'optional' },
  zone: { short: 'w', long: ['zone'], argument: 'required' },
  label: { short: 'l', long: ['label'], argument: 'required' },
  'label-add': { short: '<', long: ['label-add'], argument: 'required' },
  'label-del': { short: '>', long: ['label-del'], argument: 'optional' },
  'orig-zone': { short: '(', long: ['orig-zone'], argument: 'required' },
  'reply-zone': { short: ')', long: ['reply-zone'], argument: 'required' },
  labelmap: { short: 'M', long: ['labelmap'], argument: 'required' },
} as const satisfies Record<OptionName, OptionForm>;

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];
export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];
