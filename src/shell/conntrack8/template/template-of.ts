import { CTA } from '../../../engine/ctnetlink/constants.js';
import type { Flow } from '../../../engine/ctnetlink/flow.js';
import { Writer } from '../../../engine/ctnetlink/writer.js';
import { labelSet } from '../../../lang/check/statements/assignments.js';
import type { CommandLine } from '../command-line.js';
import type { FileLine } from '../file-line.js';
import { saysReply } from '../insertion.js';
import { flagBits } from '../new-flow.js';
import type { MetOption } from '../reader.js';
import type { Field } from './field.js';
import { LineTemplate } from './line-template.js';
import { objectPieces } from './object-pieces.js';
import { optionField } from './option-field.js';
import { placesOf } from './places.js';

/** A line that makes a flow, and all that was read from it. */
export interface FlowLine {
  readonly file: FileLine;
  readonly line: CommandLine;
  readonly met: readonly MetOption[];
  readonly flow: Flow;
  readonly message: Uint8Array;
}

/** The template of a line that was read; undefined for a line of which others may differ in more than their values. */
export function templateOf(
  { file, line, met, flow, message }: FlowLine,
  labelBit: (name: string) => number | undefined,
): LineTemplate | undefined {
  if (!hasForm(line, met, file.words) || flow.master !== undefined || flow.synproxy !== undefined) return undefined;
  const places = placesOf(message);
  const template = new Pieces();
  let last = -1;
  for (const { option, at } of met) {
    template.text(`${last < 0 ? '' : ' '}${file.words[last + 1]}`);
    last = at < 0 ? last + 1 : at;
    if (at < 0) continue;
    const field = optionField(option, line, places);
    if (field === undefined) return undefined;
    template.text(' ');
    if (field === 'literal') template.text(file.words[at]);
    else template.field(field);
  }
  if (file.object !== undefined) {
    if (line.changedLabels.length > 0) return undefined;
    const labels = (list: string): Uint8Array | undefined => labelBytes(list, labelBit);
    const pieces = objectPieces(file.object, places, labels, flagsOf);
    if (pieces === undefined) return undefined;
    template.text(' # ');
    for (const piece of pieces) typeof piece === 'string' ? template.text(piece) : template.field(piece);
  }
  return template.of(message);
}

class Pieces {
  readonly #literals: Uint8Array[] = [];
  readonly #fields: Field[] = [];
  #text = '';

  text(text: string): void {
    this.#text += text;
  }

  field(field: Field): void {
    this.#literals.push(Buffer.from(this.#text, 'utf8'));
    this.#fields.push(field);
    this.#text = '';
  }

  of(message: Uint8Array): LineTemplate {
    this.#literals.push(Buffer.from(this.#text, 'utf8'));
    return new LineTemplate(this.#literals, this.#fields, message);
  }
}

/** Whether each option is said once, in a word of its own, and each value goes where its option alone says. */
function hasForm(line: CommandLine, met: readonly MetOption[], words: readonly string[]): boolean {
  const { src, dst, keys, zone, origZone, replyZone } = line;
  const names = new Set(met.map(({ option }) => (option.kind === 'protocol' ? `--${option.option}` : option.name)));
  const count = met.reduce((sum, { at }) => sum + (at < 0 ? 1 : 2), 0);
  if (names.size !== met.length || count !== words.length) return false;
  // No zone is not the same as a zone 0, and so has another message.
  if (zone === 0 || origZone === 0 || replyZone === 0) return false;
  if (src === undefined || dst === undefined) return false;
  const hasReplyKeys = keys['reply-src'] !== undefined || keys['reply-dst'] !== undefined;
  return saysReply(line) || !hasReplyKeys;
}

function labelBytes(list: string, labelBit: (name: string) => number | undefined): Uint8Array | undefined {
  const names = parsed(list);
  const bits = names.map(name => (typeof name === 'number' ? name : labelBit(String(name))));
  if (bits.length === 0 || bits.some(bit => bit === undefined || bit < 0 || bit > 127)) return undefined;
  const writer = new Writer(64);
  writer.labels(CTA.LABELS, labelSet(bits as number[]));
  return writer.take().subarray(ATTRIBUTE_HEADER);
}

const ATTRIBUTE_HEADER = 4;

const flagsOf = (list: string): number => flagBits(parsed(list)) ?? -1;

function parsed(list: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(list);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
