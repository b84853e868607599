/**
 * Lines in JSON objects, as log collectors store them: docker's json-file (`log`, `time`), `journalctl -o json` (`MESSAGE`,
 * `__REALTIME_TIMESTAMP`), and others (`message`).
 */
import type { Integer } from '../../../lang/values/value.js';
import { CONNTRACK_LINES } from '../lines/reader.js';
import { LOGEMU_LINES } from '../logemu/reader.js';
import { OVS_LINES } from '../ovs/reader.js';
import { type Decoration, decorationOf, isIdle, withoutColors } from '../reading/decoration.js';
import type { Entries } from '../reading/entries.js';
import type { LineFormat, LineReader, ObjectFormat, ObjectReader } from '../reading/reader.js';
import { attempt, ParseError } from '../reading/report/parse-error.js';
import type { JsonObject } from '../reading/text/json-value.js';
import { parseEpoch, parseIso } from '../reading/text/time.js';
import { SAVE_LINES } from '../save/reader.js';

const FORMATS: readonly LineFormat[] = [SAVE_LINES, OVS_LINES, LOGEMU_LINES, CONNTRACK_LINES];

/** Members that hold the line. */
const TEXTS = ['log', 'MESSAGE', 'message'] as const;
/** Members that hold its time. */
const TIMES = ['time', '__REALTIME_TIMESTAMP', '@timestamp', 'timestamp'] as const;

/** Journald's form of a text with control characters, such as colours. */
const isBytes = (value: unknown): boolean =>
  Array.isArray(value) && value.every(byte => Number.isInteger(byte) && byte >= 0 && byte < 256);

/** The line of an object, and the member that holds it. */
function lineOf(object: JsonObject): { readonly member: string; readonly text: string } | undefined {
  const member = TEXTS.find(name => typeof object[name] === 'string' || isBytes(object[name]));
  if (member === undefined) return undefined;
  // The reader takes a character a byte.
  const text = Buffer.from(object[member] as string, 'utf8').toString('latin1');
  return { member, text: withoutColors(text).trimEnd() };
}

/** The entries of a text: one in each line, or where lines were joined, one after another. */
function entriesIn(text: string, { glued }: LineFormat): string[] {
  return text
    .split(/\r?\n/)
    .filter(line => !isIdle(line))
    .flatMap(line => {
      const begins = glued === undefined ? [] : [...line.matchAll(new RegExp(glued, 'g'))].map(({ index }) => index);
      return begins.length < 2 ? [line] : begins.map((begin, i) => line.slice(i === 0 ? 0 : begin, begins[i + 1]));
    });
}

const formatOf = (text: string): LineFormat | undefined => FORMATS.find(({ entry }) => entry.test(text));

/** Microseconds in journald's; ISO 8601 in the others. */
function timeOf(object: JsonObject): Integer | undefined {
  const member = TIMES.find(name => typeof object[name] === 'string');
  if (member === undefined) return undefined;
  const text = object[member] as string;
  return /^\d{13,16}$/.test(text) ? parseEpoch(text.slice(0, -6), text.slice(-6)) : attempt(() => parseIso(text));
}

class WrappedLines implements ObjectReader {
  readonly #entries: Entries;
  #format: LineFormat | undefined;
  #reader: LineReader | undefined;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  read(object: JsonObject): void {
    const line = lineOf(object);
    if (line === undefined) throw new ParseError('no line of text in it');
    if (isIdle(line.text)) return;
    const format = this.#format ?? formatOf(line.text);
    if (format === undefined) throw new ParseError('not an entry');
    this.#format = format;
    const time = timeOf(object);
    const isOfDaemon = /^conntrack(?:-tools|d)$/.test(String(object.SYSLOG_IDENTIFIER));
    for (const text of entriesIn(line.text, format)) this.#readLine(text, format, time, isOfDaemon);
    this.#entries.report.note(
      `lines are in the member '${line.member}' of JSON objects; the others are ignored${time === undefined ? '' : ' but for the time of events'}`,
    );
  }

  #readLine(text: string, format: LineFormat, time: Integer | undefined, isOfDaemon: boolean): void {
    this.#reader ??= format.make(this.#entries);
    const inner = decorationOf(text, format.entry, this.#entries.surroundings.taken);
    const bytes = Buffer.from(text.slice(inner?.text.length ?? 0), 'latin1');
    const decoration: Decoration = {
      text: '',
      kind: '',
      isOfDaemon: inner?.isOfDaemon ?? isOfDaemon,
      time: inner?.time ?? time,
    };
    this.#reader.read(bytes, 0, bytes.length, decoration);
  }
}

export const WRAPPED_OBJECTS: ObjectFormat = {
  called: 'a line in a JSON object',
  matches: object => {
    const line = lineOf(object);
    return line !== undefined && formatOf(line.text) !== undefined;
  },
  make: entries => new WrappedLines(entries),
};
