import { COMMAND_NAMES, COMMANDS, type CommandName, type OptionForm } from '../commands.js';
import { OPTION_NAMES, OPTIONS, type OptionName } from '../option-table.js';
import type { GivenProtocol } from './command-line.js';
import { type Known, KnownOptions } from './getopt.js';
import { PROTOCOLS, type ProtocolName, type ProtocolOption } from './protocols.js';

/** What a word that begins with a dash means. */
export type Meant =
  | { readonly kind: 'command'; readonly name: CommandName }
  | { readonly kind: 'option'; readonly name: OptionName }
  | { readonly kind: 'protocol'; readonly option: ProtocolOption };

const GENERIC: readonly Known<Meant>[] = [
  ...COMMAND_NAMES.map(name => ({ option: { kind: 'command', name } as const, form: COMMANDS[name] })),
  ...OPTION_NAMES.map(name => ({ option: { kind: 'option', name } as const, form: OPTIONS[name] })),
];

const ofProtocol = (name: ProtocolName): readonly Known<Meant>[] =>
  PROTOCOLS[name].options.map(({ option, form }) => ({ option: { kind: 'protocol', option } as const, form }));

const WITH_PROTOCOL = new Map(
  (Object.keys(PROTOCOLS) as ProtocolName[]).map(name => [name, new KnownOptions([...GENERIC, ...ofProtocol(name)])]),
);
const WITHOUT = new KnownOptions(GENERIC);
/** With the ports that many protocols have. */
const LENIENT = new KnownOptions([...GENERIC, ...ofProtocol('udp').slice(0, 4)]);

/** The options that are known after a `-p`, or without one. */
export function knownOptions(proto: GivenProtocol | undefined, lenient: boolean): KnownOptions<Meant> {
  if (proto?.name !== undefined) return WITH_PROTOCOL.get(proto.name) ?? WITHOUT;
  return lenient && proto === undefined ? LENIENT : WITHOUT;
}

/** All options and commands with their dashes: those of one letter first. */
export function conntrackWords(): readonly string[] {
  const forms: readonly OptionForm[] = [
    ...Object.values(COMMANDS),
    ...Object.values(OPTIONS),
    ...Object.values(PROTOCOLS).flatMap(({ options }) => options.map(({ form }) => form)),
  ];
  const letters = forms.flatMap(({ short }) => (short !== undefined && /[A-Za-z]/.test(short) ? [`-${short}`] : []));
  return [...new Set([...letters, ...forms.flatMap(({ long }) => long.map(name => `--${name}`)), '--load-file'])];
}
