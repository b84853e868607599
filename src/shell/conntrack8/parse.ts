import { isIPv4, mask as masked } from '../../lang/addresses.js';
import { DCCP_ROLES } from '../../lang/names.js';
import type { Address } from '../../lang/values.js';
import { protocolNumber } from '../../lang/vocabulary.js';
import { ALL_V4, ALL_V6, type Family, familyOf, networkOf, plainAddress, translationOf } from './address.js';
import type { CommandLine, GivenProtocol, TableName } from './command-line.js';
import { type Known, KnownOptions, Words } from './getopt.js';
import { checkOptions, type Form } from './legality.js';
import { eventsOf, outputOf, statusOf } from './lists.js';
import { type Mistake, Refusal, refuse } from './mistake.js';
import { decimalNumber, markOf, wholeNumber } from './numbers.js';
import { COMMAND_NAMES, COMMANDS, type CommandName, OPTION_NAMES, OPTIONS, type OptionName } from './options.js';
import { checkProtocolOptions, PROTOCOLS, type ProtocolOption, protocolOf, stateNumber } from './protocols.js';

/** What a command line is read with: names that files of the system give to numbers. */
export interface Lookups {
  /** The bit of a label (connlabel.conf). */
  labelBit(name: string): number | undefined;
  /** The number of a protocol (/etc/protocols). */
  protocolByName?(name: string): number | undefined;
}

export interface ReadOptions {
  /** Ports are understood without `-p`, too: for translating, where nothing is carried out. */
  readonly lenient?: boolean;
}

export type Reading =
  | { readonly value: CommandLine }
  | { readonly mistake: Mistake; readonly warnings: readonly string[] };

/** Reads the words of a command line, without the program's name. Never throws. */
export function parseCommandLine(words: readonly string[], lookups: Lookups, options: ReadOptions = {}): Reading {
  const reader = new Reader(lookups, options);
  return attempt(reader, () => reader.read(words));
}

function attempt(reader: Reader, read: () => CommandLine): Reading {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { mistake: { message: error.message, exitCode: error.exitCode }, warnings: reader.warnings };
  }
}

/** The options of a line that was read, with the places of their arguments: what others of its form have, too. */
interface Shape {
  readonly given: Set<OptionName>;
  readonly met: readonly (readonly [option: Meant, at: number])[];
}

/**
 * Reads many command lines. Those of a form that was met before, with the same options in the same order, are not taken apart and
 * checked for what is missing a second time: only their arguments are read.
 */
export class CommandLines {
  readonly #shapes = new Map<string, Shape>();

  constructor(readonly lookups: Lookups) {}

  read(words: readonly string[]): Reading {
    const key = shapeKey(words);
    const shape = key === undefined ? undefined : this.#shapes.get(key);
    const reader = new Reader(this.lookups, {}, shape?.given);
    if (shape !== undefined) return attempt(reader, () => reader.replay(shape.met, words));
    const reading = attempt(reader, () => reader.read(words));
    if (key !== undefined && 'value' in reading && reading.value.warnings.length === 0)
      this.#shapes.set(key, { given: new Set(reading.value.given), met: reader.met });
    return reading;
  }
}

/**
 * The options of a line and its protocol; undefined where more than that decides what goes together: networks, options with
 * their arguments attached, arguments that look like options.
 */
function shapeKey(words: readonly string[]): string | undefined {
  let key = '';
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word.includes('/') || word.includes('=')) return undefined;
    if (word.charCodeAt(0) !== DASH) {
      key += '.';
      continue;
    }
    const isLong = word.charCodeAt(1) === DASH;
    if (!isLong && (word.length !== 2 || isDigit(word.charCodeAt(1)))) return undefined;
    key += word;
    if (word === '-p' || word === '--proto' || word === '--protonum') key += ` ${words[at + 1]} `;
  }
  return key;
}

const DASH = 0x2d;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

type Meant =
  | { readonly kind: 'command'; readonly name: CommandName }
  | { readonly kind: 'option'; readonly name: OptionName }
  | { readonly kind: 'protocol'; readonly option: ProtocolOption };

const GENERIC: readonly Known<Meant>[] = [
  ...COMMAND_NAMES.map(name => ({ option: { kind: 'command', name } as const, form: COMMANDS[name] })),
  ...OPTION_NAMES.map(name => ({ option: { kind: 'option', name } as const, form: OPTIONS[name] })),
];

const ofProtocol = (name: keyof typeof PROTOCOLS): readonly Known<Meant>[] =>
  PROTOCOLS[name].options.map(({ option, form }) => ({ option: { kind: 'protocol', option } as const, form }));

const WITH_PROTOCOL = new Map(
  (Object.keys(PROTOCOLS) as (keyof typeof PROTOCOLS)[]).map(name => [
    name,
    new KnownOptions([...GENERIC, ...ofProtocol(name)]),
  ]),
);
const WITHOUT = new KnownOptions(GENERIC);
const LENIENT = new KnownOptions([...GENERIC, ...ofProtocol('udp').slice(0, 4)]);

const TABLES: readonly TableName[] = ['expect', 'conntrack', 'dying', 'unconfirmed'];

type Draft = { -readonly [K in keyof CommandLine]: CommandLine[K] };

/** With every member there from the beginning: where many lines are read, all of them are of one hidden class. */
const blank = (
  given: Draft['given'],
  keys: Draft['keys'],
  output: Draft['output'],
  labels: Draft['labels'],
  changedLabels: Draft['changedLabels'],
  warnings: Draft['warnings'],
): Draft => ({
  command: undefined,
  table: 'conntrack',
  given,
  family: undefined,
  src: undefined,
  dst: undefined,
  replySrc: undefined,
  replyDst: undefined,
  maskSrc: undefined,
  maskDst: undefined,
  tupleSrc: undefined,
  tupleDst: undefined,
  proto: undefined,
  keys,
  timeout: undefined,
  status: undefined,
  events: undefined,
  mark: undefined,
  secmark: undefined,
  id: undefined,
  snat: undefined,
  dnat: undefined,
  output,
  bufferSize: undefined,
  zone: undefined,
  origZone: undefined,
  replyZone: undefined,
  labels,
  changedLabels,
  warnings,
});

const UINT32 = 0xffffffff;

class Reader {
  readonly warnings: string[] = [];
  readonly #lookups: Lookups;
  readonly #options: ReadOptions;
  readonly #draft: Draft;
  readonly #given: Set<OptionName>;
  /** Options in the order in which they came, with the places of the words behind them. */
  readonly met: (readonly [option: Meant, at: number])[] = [];
  readonly #keys: Partial<Record<ProtocolOption, number>> = {};
  readonly #output: CommandLine['output'][number][] = [];
  readonly #labels: string[] = [];
  readonly #changedLabels: string[] = [];
  readonly #warn = (message: string): void => {
    this.warnings.push(message);
  };

  /** @param given of a line of the same form */
  constructor(lookups: Lookups, options: ReadOptions, given = new Set<OptionName>()) {
    this.#lookups = lookups;
    this.#options = options;
    this.#given = given;
    this.#draft = blank(given, this.#keys, this.#output, this.#labels, this.#changedLabels, this.warnings);
  }

  read(args: readonly string[]): CommandLine {
    const words = new Words(args, () => this.#known());
    for (let met = words.next(); met !== undefined; met = words.next()) {
      this.met.push([met.option, met.argument === undefined ? -1 : words.at - 1]);
      this.#take(met.option, met.argument);
    }
    this.#check();
    return this.#draft;
  }

  /** Another line with the same options at the same places. */
  replay(met: Shape['met'], words: readonly string[]): CommandLine {
    for (const [option, at] of met) this.#take(option, at < 0 ? undefined : words[at]);
    this.#checkLabels();
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
        this.#keys[option.option] = this.#key(option.option, argument ?? '');
        break;
    }
  }

  #known(): KnownOptions<Meant> {
    const name = this.#draft.proto?.name;
    if (name !== undefined) return WITH_PROTOCOL.get(name) ?? WITHOUT;
    return this.#options.lenient && this.#draft.proto === undefined ? LENIENT : WITHOUT;
  }

  #command(name: CommandName, argument: string | undefined): void {
    const table = argument === undefined ? 'conntrack' : TABLES.find(each => each.startsWith(argument));
    if (table === undefined) refuse(`there is no table '${argument}': ${TABLES.join(', ')}`);
    if ((table === 'dying' || table === 'unconfirmed') && name !== 'list')
      refuse(`the table '${table}' can only be listed`);
    if (table === 'expect' && (name === 'update' || name === 'add')) refuse(`there is no --${name} of expectations`);
    if (this.#draft.command !== undefined) refuse('one command, not two');
    this.#draft.command = name;
    this.#draft.table = table;
  }

  #option(name: OptionName, argument: string | undefined): void {
    const draft = this.#draft;
    const text = argument ?? '';
    if (name !== 'nat-range') this.#given.add(name);
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
        draft.proto = this.#protocol(text);
        break;
      case 'timeout':
        draft.timeout = decimalNumber(text, 'number of seconds', UINT32);
        break;
      case 'status': {
        const { set, absent } = statusOf(text, this.#warn);
        const before = draft.status ?? { set: [], absent: [] };
        draft.status = { set: union(before.set, set), absent: union(before.absent, absent) };
        break;
      }
      case 'zero':
        break;
      case 'event-mask':
        draft.events = [...new Set([...(draft.events ?? []), ...eventsOf(text, this.#warn)])];
        break;
      case 'nat-range':
        this.#warn("'-a' is passed over: it is no option any more");
        break;
      case 'mark':
        draft.mark = markOf(text);
        break;
      case 'id':
        draft.id = wholeNumber(text, 'id', UINT32);
        break;
      case 'secmark':
        draft.secmark = wholeNumber(text, 'security mark', UINT32);
        break;
      case 'family':
        if (!/^ipv[46]/.test(text)) refuse(`'${text}' is no address family: ipv4, ipv6`);
        this.#family(text.startsWith('ipv4') ? 'ipv4' : 'ipv6');
        break;
      case 'src-nat':
      case 'dst-nat':
      case 'any-nat':
        this.#translation(name, argument);
        break;
      case 'output':
        this.#output.push(...outputOf(text, this.#warn));
        if (this.#output.includes('save') && this.#output.some(word => word !== 'save' && word !== 'userspace'))
          refuse("'save' goes with no other word of --output", 1);
        break;
      case 'buffer-size':
        draft.bufferSize = decimalNumber(text, 'number of bytes', Number.MAX_SAFE_INTEGER);
        break;
      case 'zone':
        draft.zone = wholeNumber(text, 'zone', 0xffff);
        break;
      case 'orig-zone':
        draft.origZone = wholeNumber(text, 'zone', 0xffff);
        break;
      case 'reply-zone':
        draft.replyZone = wholeNumber(text, 'zone', 0xffff);
        break;
      case 'label':
        this.#labels.push(...text.split(','));
        break;
      case 'label-add':
      case 'label-del':
        if (this.#given.has('label-add') && this.#given.has('label-del'))
          refuse('--label-add and --label-del do not go together', 1);
        if (argument !== undefined) this.#changedLabels.push(...text.split(','));
        break;
    }
  }

  #family(family: Family): void {
    const before = this.#draft.family;
    if (before !== undefined && before !== family) refuse('addresses of one family, IPv4 or IPv6, are wanted');
    this.#draft.family = family;
  }

  #address(text: string, option: string): Address {
    const address = plainAddress(text, option);
    this.#family(familyOf(address));
    return address;
  }

  /** The length behind a network is the same as a mask. */
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

  #protocol(text: string): GivenProtocol {
    const own = text.toLowerCase();
    const number = Object.hasOwn(PROTOCOLS, own)
      ? PROTOCOLS[own as keyof typeof PROTOCOLS].number
      : (this.#lookups.protocolByName?.(text) ?? protocolNumber(text) ?? protocolByNumber(text));
    if (number === undefined) refuse(`'${text}' is no protocol`);
    const name = protocolOf(number)?.name;
    return name === undefined ? { number } : { number, name };
  }

  #key(option: ProtocolOption, text: string): number {
    const name = this.#draft.proto?.name;
    switch (option) {
      case 'state': {
        const protocol = protocolOf(this.#draft.proto?.number ?? -1);
        return protocol === undefined ? refuse('a state wants a protocol') : stateNumber(protocol, text);
      }
      case 'role': {
        const role = text === '' ? -1 : DCCP_ROLES.findIndex(each => each.startsWith(text.toLowerCase()));
        return role < 0 ? refuse(`'${text}' is no role: ${DCCP_ROLES.join(', ')}`) : role;
      }
      case 'type':
      case 'code':
        return decimalNumber(text, `${name} ${option}`, 0xff);
      case 'icmp-id':
        return decimalNumber(text, `${name} id`, 0xffff);
      case 'orig-vtag':
      case 'reply-vtag':
        return wholeNumber(text, 'verification tag', UINT32);
      default:
        return name === 'gre' ? wholeNumber(text, 'key', 0xffff) : decimalNumber(text, 'port', 0xffff);
    }
  }

  #checkLabels(): void {
    for (const label of [...this.#labels, ...this.#changedLabels]) {
      if (this.#lookups.labelBit(label) === undefined) refuse(`there is no label '${label}'`);
    }
  }

  /** What is missing, and what does not go together. */
  #check(): void {
    const { command, table, proto } = this.#draft;
    this.#checkLabels();
    const given = this.#given;
    if (given.has('any-nat') && (given.has('src-nat') || given.has('dst-nat')))
      refuse("'--any-nat' goes with neither '--src-nat' nor '--dst-nat'");
    const form: Form | undefined = command && `${command} ${table === 'expect' ? 'expect' : 'conntrack'}`;
    checkOptions(form, name => given.has(name));
    const name = proto?.name;
    if (form !== undefined && command !== 'help' && name !== undefined)
      checkProtocolOptions(PROTOCOLS[name], form, option => this.#keys[option] !== undefined);
    checkFilters(command, table, given);
  }
}

/** What `-z` counts as a filter. */
const COMPARED: readonly OptionName[] = [
  'protonum',
  'src',
  'dst',
  'reply-src',
  'reply-dst',
  'mark',
  'secmark',
  'status',
  'id',
  'zone',
  'label',
  'orig-zone',
  'reply-zone',
];

function checkFilters(command: CommandName | undefined, table: TableName, given: ReadonlySet<OptionName>): void {
  if (table !== 'conntrack' || command === 'help') return;
  if (command === 'list' && given.has('zero')) {
    const filter = COMPARED.find(name => given.has(name));
    if (filter !== undefined) refuse(`'--zero' does not go with the filter '--${filter}'`);
  }
  if (given.has('mask-src') && !given.has('src')) refuse("'--mask-src' wants '--src'");
  if (given.has('mask-dst') && !given.has('dst')) refuse("'--mask-dst' wants '--dst'");
}

function protocolByNumber(text: string): number | undefined {
  if (!/^(?:0x[0-9a-f]{1,4}|[0-9]{1,4})$/i.test(text)) return undefined;
  const number = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return number <= 255 ? number : undefined;
}

const union = <T>(a: readonly T[], b: readonly T[]): readonly T[] => [...new Set([...a, ...b])];
