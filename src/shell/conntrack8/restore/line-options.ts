/** The options of lines that create a flow, and what is checked of them. */
import type { ByteCursor } from '../../../engine/formats/reading/text/byte-cursor.js';
import type { FlowLine } from '../../../engine/formats/save/flow-line.js';
import type { ValueForm } from '../../../engine/formats/save/option-table.js';
import { checkOptions } from '../argv/legality.js';
import { Refusal } from '../argv/mistake.js';
import {
  checkProtocolOptions,
  PROTOCOLS,
  type ProtocolName,
  type ProtocolOption,
  protocolOf,
} from '../argv/protocols.js';
import { type CommandOption, OPTION_NAMES, OPTIONS, type OptionName } from '../option-table.js';

const SPACE = 0x20;
const ZERO = 0x30;
const COLON = 0x3a;
const BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const PARENTHESIS = 0x28;
const LETTER_X = 0x78;

/** An option of a line that creates a flow. */
export interface LineOption {
  /** In the mask of its kind. */
  readonly bit: number;
  /** Which protocols have it; undefined: it belongs to none. */
  readonly protocols: ReadonlySet<number> | undefined;
  readonly check: number;
  read(line: FlowLine, cursor: ByteCursor): void;
}

/** Ways to check a value. */
const ANY = 0;
const DECIMAL = 1;
const INTEGER = 2;
const ENDPOINT = 3;
const WORD = 4;
const CHECKS: Readonly<Record<ValueForm, number>> = {
  address: ANY,
  number: DECIMAL,
  integer: INTEGER,
  endpoint: ENDPOINT,
  word: WORD,
};

/** The commands that create a flow, by their words. */
export const COMMANDS: ReadonlyMap<string, 'create' | 'add'> = new Map([
  ['-I', 'create'],
  ['--create', 'create'],
  ['-A', 'add'],
  ['--add', 'add'],
]);

const PROTOCOL_NAMES = Object.keys(PROTOCOLS) as readonly ProtocolName[];
const ALL_OF_PROTOCOLS: readonly ProtocolOption[] = [
  ...new Set(PROTOCOL_NAMES.flatMap(name => PROTOCOLS[name].options.map(({ option }) => option))),
];

/** The options by their words, with dashes. */
export const LINE_OPTIONS: ReadonlyMap<string, LineOption> = lineOptions();

function lineOptions(): Map<string, LineOption> {
  const words = new Map<string, LineOption>();
  for (const [index, name] of OPTION_NAMES.entries()) {
    const { short, long, read, value } = OPTIONS[name] as CommandOption;
    if (read === undefined || value === undefined) continue;
    const option: LineOption = { bit: 1 << index, protocols: undefined, check: CHECKS[value], read };
    for (const each of long) words.set(`--${each}`, option);
    if (short !== undefined) words.set(`-${short}`, option);
  }
  for (const protocol of PROTOCOL_NAMES) {
    const { number, options } = PROTOCOLS[protocol];
    for (const { option, form } of options) {
      const { long, read, value } = form;
      if (read === undefined) continue;
      for (const each of long) {
        const protocols = new Set([...(words.get(`--${each}`)?.protocols ?? []), number]);
        words.set(`--${each}`, { bit: 1 << ALL_OF_PROTOCOLS.indexOf(option), protocols, check: CHECKS[value], read });
      }
    }
  }
  return words;
}

/** Whether conntrack(8) accepts these options in one line. The masks have the bits of `LINE_OPTIONS`. */
export function goTogether(
  command: 'create' | 'add',
  proto: number,
  options: number,
  protocolOptions: number,
): boolean {
  const form = `${command} conntrack` as const;
  const protocol = protocolOf(proto);
  try {
    checkOptions(form, (name: OptionName) => (options & (1 << OPTION_NAMES.indexOf(name))) !== 0);
    const isBare = protocol?.name === 'dccp' && protocolOptions === 0;
    if (protocol !== undefined && !isBare) {
      checkProtocolOptions(protocol, form, option => (protocolOptions & (1 << ALL_OF_PROTOCOLS.indexOf(option))) !== 0);
    }
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** Whether a value is written in a form that the parser, if it accepts it, reads alike. */
export function isUsual(check: number, { bytes, at, end }: ByteCursor): boolean {
  switch (check) {
    case ANY:
      return true;
    case ENDPOINT: {
      if (bytes[at] === COLON && bytes[at + 1] !== COLON) return false;
      if (bytes[at] !== BRACKET) return true;
      let close = at;
      while (close < end && bytes[close] > SPACE && bytes[close] !== CLOSE_BRACKET) close++;
      return bytes[close] === CLOSE_BRACKET && bytes[close + 1] === COLON;
    }
    case WORD:
      if (bytes[at] === PARENTHESIS) return false;
  }
  if (bytes[at] !== ZERO || at + 1 >= end || bytes[at + 1] <= SPACE) return true;
  // Otherwise a zero at the beginning is octal, or decimal, or no number, as the option is.
  return check === INTEGER && (bytes[at + 1] | 0x20) === LETTER_X;
}
