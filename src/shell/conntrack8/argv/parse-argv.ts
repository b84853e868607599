import { isIPv4, mask as masked } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import type { CommandName, Form, TableName } from '../commands.js';
import { type CommandOption, OPTIONS, type OptionName } from '../option-table.js';
import { ALL_V4, ALL_V6, type Family, familyOf, networkOf, plainAddress, translationOf } from './address.js';
import type { CommandLine, Lookups } from './command-line.js';
import { Words } from './getopt.js';
import { protocolNamed, protocolValue } from './given-protocol.js';
import { knownOptions, type Meant } from './known-options.js';
import { checkFilters, checkOptions } from './legality.js';
import { type Mistake, Refusal, refuse } from './mistake.js';
import { checkProtocolOptions, PROTOCOLS, type ProtocolOption } from './protocols.js';
import { eventsOf, outputOf } from './word-lists.js';

const TABLES: readonly TableName[] = ['expect', 'conntrack', 'dying', 'unconfirmed'];

/** A command line under construction. */
type CommandBuilder = { -readonly [K in keyof CommandLine]: CommandLine[K] };

export interface ParseOptions {
  /** Ports are accepted without `-p` as well: for translating, where nothing is executed. */
  readonly lenient?: boolean;
  /** Words that conntrack(8) ignores are refused: they were meant to limit what a command is about. Those that change entries always are. */
  readonly ignoresNothing?: boolean;
  /** A line of a file: what conntrack(8) saved of a DCCP flow has neither ports nor state where the kernel has none (Linux 6.17). */
  readonly saved?: boolean;
}

export type ParseResult =
  | { readonly value: CommandLine }
  | ({ readonly mistake: Mistake } & Pick<CommandLine, 'warnings' | 'labelReads'>);

/** Reads the words of a command line, without the program's name. Never throws. */
export function parseArgv(words: readonly string[], lookups: Lookups, options: ParseOptions = {}): ParseResult {
  const parser = new ArgvParser(lookups, options);
  try {
    return { value: parser.read(words) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { mistake: error.mistake, warnings: parser.warnings, labelReads: parser.labelReads };
  }
}

/** Reads one command line. What is wrong with it is thrown as a Refusal. */
class ArgvParser {
  readonly warnings: string[] = [];
  readonly #lookups: Lookups;
  readonly #options: ParseOptions;
  readonly #given = new Set<OptionName>();
  readonly #keys: Partial<Record<ProtocolOption, number>> = {};
  readonly #output: CommandLine['output'][number][] = [];
  readonly #labels: string[] = [];
  readonly #changedLabels: string[] = [];
  readonly #values: Record<string, unknown> = {};
  readonly #draft: CommandBuilder;
  readonly #warn = (message: string): void => {
    this.warnings.push(message);
  };

  constructor(lookups: Lookups, options: ParseOptions) {
    this.#lookups = lookups;
    this.#options = options;
    this.#draft = {
      command: undefined,
      table: 'conntrack',
      given: this.#given,
      keys: this.#keys,
      values: this.#values,
      output: this.#output,
      labels: this.#labels,
      changedLabels: this.#changedLabels,
      warnings: this.warnings,
      labelReads: 0,
    };
  }

  get labelReads(): number {
    return this.#draft.labelReads;
  }

  /** @throws Refusal */
  read(args: readonly string[]): CommandLine {
    const words = new Words(args, () => knownOptions(this.#draft.proto, this.#options.lenient ?? false));
    for (let found = words.next(); found !== undefined; found = words.next()) this.#take(found.option, found.argument);
    this.#check();
    this.#checkIgnored(words.ignored);
    return this.#draft;
  }

  #take(option: Meant, argument: string | undefined): void {
    switch (option.kind) {
      case 'command':
        this.#command(option.name, argument);
        break;
      case 'option':
        this.#option(option.name, argument);
        break;
      case 'protocol':
        this.#keys[option.option] = protocolValue(this.#draft.proto, option.option, argument ?? '');
        break;
    }
  }

  #command(name: CommandName, argument: string | undefined): void {
    const table = argument === undefined ? 'conntrack' : TABLES.find(each => each.startsWith(argument));
    if (table === undefined) refuse(`unknown type \`${argument}'`, 2, `the tables are ${TABLES.join(', ')}`);
    if ((table === 'dying' || table === 'unconfirmed') && name !== 'list')
      refuse("Can't do that command with tables `dying' and `unconfirmed'");
    if (table === 'expect' && (name === 'update' || name === 'add')) refuse(`Can't do --${name} on expectations`);
    if (this.#draft.command !== undefined) refuse('Invalid commands combination');
    this.#draft.command = name;
    this.#draft.table = table;
  }

  #option(name: OptionName, argument: string | undefined): void {
    const draft = this.#draft;
    const text = argument ?? '';
    if (name !== 'nat-range') this.#given.add(name);
    const { parse } = OPTIONS[name] as CommandOption;
    if (parse !== undefined) {
      this.#values[name] = parse(text, { before: this.#values[name], warn: this.#warn });
      return;
    }
    switch (name) {
      case 'src':
        draft.src = this.#network(text, 'mask-src');
        break;
      case 'dst':
        draft.dst = this.#network(text, 'mask-dst');
        break;
      case 'tuple-src':
        draft.tupleSrc = this.#network(text, 'mask-src');
        break;
      case 'tuple-dst':
        draft.tupleDst = this.#network(text, 'mask-dst');
        break;
      case 'reply-src':
        draft.replySrc = this.#address(text, name);
        break;
      case 'reply-dst':
        draft.replyDst = this.#address(text, name);
        break;
      case 'mask-src':
        draft.maskSrc = this.#address(text, name);
        break;
      case 'mask-dst':
        draft.maskDst = this.#address(text, name);
        break;
      case 'protonum':
        draft.proto = protocolNamed(text, this.#lookups);
        break;
      case 'event-mask':
        draft.events = [...new Set([...(draft.events ?? []), ...eventsOf(text, this.#warn)])];
        break;
      case 'nat-range':
        this.#warn('ignoring -a, deprecated option.');
        break;
      case 'family':
        if (!/^ipv[46]/.test(text)) refuse(`\`${text}' unsupported protocol`, 2, 'the families are ipv4 and ipv6');
        this.#family(text.startsWith('ipv4') ? 'ipv4' : 'ipv6');
        break;
      case 'src-nat':
      case 'dst-nat':
      case 'any-nat':
        this.#translation(name, argument);
        break;
      case 'output':
        this.#output.push(...outputOf(text, this.#warn));
        if (this.#output.includes('labels')) this.#readLabels();
        if (this.#output.includes('save') && this.#output.some(word => word !== 'save' && word !== 'userspace'))
          refuse('cannot combine save output with any other output type, use -o save only', 1);
        break;
      case 'label':
        this.#readLabels();
        this.#labels.push(...text.split(','));
        break;
      case 'label-add':
      case 'label-del':
        this.#readLabels();
        if (this.#given.has('label-add') && this.#given.has('label-del'))
          refuse('cannot use --label-add and --label-del at the same time', 1);
        if (argument !== undefined) this.#changedLabels.push(...text.split(','));
        break;
      case 'labelmap':
        if (draft.labelMap !== undefined) refuse('only one --labelmap is possible');
        draft.labelMap = this.#lookups.labelsOf?.(text) ?? refuse(`cannot read the labels of '${text}'`);
        break;
    }
  }

  #family(family: Family): void {
    const before = this.#draft.family;
    if (before !== undefined && before !== family) refuse('mismatched address family');
    this.#draft.family = family;
  }

  #address(text: string, option: string): Address {
    const address = plainAddress(text, option);
    this.#family(familyOf(address));
    return address;
  }

  /** The prefix length of a network is the same as a mask. */
  #network(text: string, maskOption: 'mask-src' | 'mask-dst'): Address {
    const { address, prefix } = networkOf(text);
    this.#family(familyOf(address));
    if (prefix !== undefined) {
      this.#given.add(maskOption);
      const netmask = masked(isIPv4(address) ? ALL_V4 : ALL_V6, prefix);
      if (maskOption === 'mask-src') this.#draft.maskSrc = netmask;
      else this.#draft.maskDst = netmask;
    }
    return address;
  }

  #translation(name: 'src-nat' | 'dst-nat' | 'any-nat', argument: string | undefined): void {
    if (argument === undefined) return;
    const translation = translationOf(argument, name);
    this.#family(familyOf(translation.address));
    if (name !== 'dst-nat') this.#draft.snat = translation;
    if (name !== 'src-nat') this.#draft.dnat = translation;
  }

  #readLabels(): void {
    if (this.#draft.labelMap === undefined) this.#draft.labelReads++;
  }

  #checkLabels(): void {
    const { labelMap } = this.#draft;
    for (const label of [...this.#labels, ...this.#changedLabels]) {
      const bit = labelMap === undefined ? this.#lookups.labelBit(label) : labelMap.get(label);
      if (bit === undefined) refuse(`unknown label '${label}'`);
    }
  }

  /** @param ignored after `#` there is what ctq writes at the end of a line of `save` */
  #checkIgnored(ignored: readonly string[]): void {
    const { command } = this.#draft;
    const first = ignored.find(word => word !== '');
    if (
      first === undefined ||
      first.startsWith('#') ||
      !(this.#options.ignoresNothing || command === 'delete' || command === 'update')
    )
      return;
    const name = /^\w{3,}$/.test(first) && knownOptions(this.#draft.proto, true).name(first, first) ? first : undefined;
    const more = name === undefined ? 'conntrack(8) ignores it' : `conntrack(8) ignores it; write --${name}`;
    refuse(`unexpected word \`${first}'`, 2, more);
  }

  /** What is missing, and what does not go together. */
  #check(): void {
    const { command, table, proto } = this.#draft;
    this.#checkLabels();
    const given = this.#given;
    if (given.has('any-nat') && (given.has('src-nat') || given.has('dst-nat')))
      refuse("cannot specify `--src-nat' or `--dst-nat' with `--any-nat'");
    const form: Form | undefined = command && `${command} ${table === 'expect' ? 'expect' : 'conntrack'}`;
    checkOptions(form, name => given.has(name));
    const name = proto?.name;
    const isBare = this.#options.saved === true && name === 'dccp' && Object.keys(this.#keys).length === 0;
    if (form !== undefined && command !== 'help' && name !== undefined && !isBare)
      checkProtocolOptions(PROTOCOLS[name], form, option => this.#keys[option] !== undefined);
    checkFilters(command, table, given);
  }
}
