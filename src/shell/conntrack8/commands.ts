/** conntrack(8)'s commands, and how words of its command line are written. */

/** A command and the kind of table that it is for. */
export type Form = `${CommandName} ${'conntrack' | 'expect'}`;

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

/** Whether an option has an argument: always, never, or unless the next word begins with `-` or `!`. */
export type Argument = 'required' | 'none' | 'optional';

export interface OptionForm {
  /** One letter, where it has one. */
  readonly short?: string;
  /** Without the dashes; any unique prefix is accepted. */
  readonly long: readonly string[];
  readonly argument: Argument;
  /** An argument in the same word (`-Lo`) is ignored, as in conntrack(8): harmless with what deletes and changes nothing. */
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

/** The columns of an option's marks. */
export const FORMS = [
  'list conntrack',
  'create conntrack',
  'add conntrack',
  'update conntrack',
  'delete conntrack',
  'get conntrack',
  'flush conntrack',
  'event conntrack',
  'list expect',
  'create expect',
  'delete expect',
  'get expect',
  'event expect',
  'help conntrack',
  'help expect',
] as const satisfies readonly Form[];

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];
