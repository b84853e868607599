/**
 * What other programs add to the lines that they forward: syslogd and journalctl a time, a host and a program, grep and nl a number, a mail
 * program `> `, a terminal colours.
 */
import type { Integer } from '../../../lang/values/value.js';
import { ParseError } from './report/parse-error.js';
import { isDate, isoNanoseconds, localTime, MONTHS, parseEpoch } from './text/time.js';

/** What precedes the entry of a line. */
export interface Decoration {
  readonly text: string;
  /** conntrackd(8) wrote it when the flow ended: to a file of its own or to syslog. */
  readonly isOfDaemon: boolean;
  /** When the line was logged, if the decoration has a time. */
  readonly time: Integer | undefined;
  /** The same for lines that are decorated by the same program. */
  readonly kind: string;
}

const COLORS = /\x1b\[[0-9;:?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78M]/g;

export const withoutColors = (text: string): string => text.replace(COLORS, '');

/** What a mail program writes before each line of a quotation. */
const QUOTATION = /^\s*(?:[>|] ?)+/;

export const withoutQuotation = (line: string): string => line.replace(QUOTATION, '');

/**
 * Finds what precedes an entry.
 * @param entry how entries of the format begin; without `^`
 * @param taken when the file was written: syslog's times have no year
 */
export function decorationOf(text: string, entry: RegExp, taken: Integer): Decoration | undefined {
  const at = text.search(entry);
  const prefix = text.slice(0, Math.max(at, 0));
  if (prefix.trim() === '') return undefined;
  const found = timeIn(prefix, taken);
  const rest = found === undefined ? prefix : prefix.replace(found.text, 'T').replace(RFC5424, '');
  return {
    text: prefix,
    isOfDaemon: DAEMON.test(prefix),
    time: found?.time,
    kind: rest
      .replace(/\d+/g, '0')
      .replace(/(?:\s|\\t)+/g, ' ')
      .trimEnd(),
  };
}

/** Before the lines of conntrackd(8)'s statistics: `Tue Nov 24 09:27:23 2026<TAB>`, and its name in syslog (dlog_ct, src/log.c). */
const DAEMON =
  /(?<![A-Za-z])[A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2} +\d\d:\d\d:\d\d +\d{4}\s+$|\bconntrack(?:-tools|d)(?:\[\d+\])?: *$/;

/** What differs from line to line in RFC 5424's header: its message id, and data of its own. */
const RFC5424 = /(?<=^<\d{1,3}>1 T \S+ \S+ \S+ ).*/;

interface Found {
  readonly text: string;
  readonly time: Integer | undefined;
}

/** RFC 5424 and journalctl, RFC 3164, and seconds since the epoch. */
const ISO = /\d{4}-\d\d-\d\d[T ](\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?/;
const BSD = /\b([A-Z][a-z]{2}) +(\d{1,2}) +(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: +(\d{4}))?\b/;
const EPOCH = /(?<![\d.])(\d{9,11})\.(\d{1,9})(?![\d.])/;
/** Without a point: seconds, or with milli-, micro- or nanoseconds, of 2001 to 2033. Elsewhere than at the beginning it may be any number. */
const WHOLE_EPOCH = /(?<=^[\s[("'<]*)(1\d{9})(\d{3}|\d{6}|\d{9})?(?![\w.-])/;

/** How a line begins that has its time first, among words: up to an entry that follows. */
export const TIMED = new RegExp(
  `(?:<\\d{1,3}>(?:1 )?)?(?:${ISO.source}|(?:[A-Z][a-z]{2} +)?${BSD.source}|\\d{9,11}\\.\\d{1,9})(?:\\s+(?![^\\s=]*=|\\[)[^\\s\\d]\\S*){0,4}\\s+`,
);

/** Whether a line may be what precedes an entry, and no more: it has a time, and neither pairs nor quotes. */
export const isPrefix = (line: string): boolean =>
  !/[={"]/.test(line) && (ISO.test(line) || BSD.test(line) || EPOCH.test(line));

/** Whether what precedes an entry has a part of it: the end of a word that was broken, as a bracket closes that nothing opens, or its event. */
export const isBrokenOff = (prefix: string): boolean => /^[^[]*\]|\[(?:NEW|UPDATE|DESTROY)\]/.test(prefix);

function timeIn(prefix: string, taken: Integer): Found | undefined {
  const found = ISO.exec(prefix) ?? BSD.exec(prefix) ?? EPOCH.exec(prefix) ?? WHOLE_EPOCH.exec(prefix);
  if (found === null) return undefined;
  const [text] = found;
  try {
    if (text[4] === '-') return { text, time: isoNanoseconds(text) };
    if (/^\d/.test(text)) return { text, time: parseEpoch(found[1], found[2]) };
    return { text, time: bsdTime(found, taken) };
  } catch (error) {
    if (error instanceof ParseError) return { text, time: undefined };
    throw error;
  }
}

const DAY = 86_400_000_000_000n;

/** Of any eight years at least one has a February 29. */
const MAX_YEARS = 8;

/** Local time, of the last year that has the date and in which it was not after the file was written. */
function bsdTime(
  [, name, day, hour, minute, second, fraction, given]: RegExpExecArray,
  taken: Integer,
): Integer | undefined {
  const month = MONTHS.indexOf(name);
  if (month < 0) return undefined;
  const at = (year: number): Integer =>
    localTime(year, month, Number(day), Number(hour), Number(minute), Number(second), fraction);
  if (given !== undefined) return at(Number(given));
  const last = new Date(Number(BigInt(taken) / 1_000_000n)).getFullYear();
  for (let year = last; year > last - MAX_YEARS; year--) {
    if (!isDate(year, month, Number(day))) continue;
    const time = at(year);
    // Clocks may differ.
    if (BigInt(time) <= BigInt(taken) + DAY) return time;
  }
  return undefined;
}

/** What a terminal shows before and after a listing, and what journalctl, grep, watch(1) and Markdown have between lines. */
const PROMPT =
  /^[^=]{0,80}[$#%>] ?(?:$|(?:sudo |\S*\/)?(?:conntrackd?|ctq(?:-conntrack)?|z?cat|grep|ovs-(?:appctl|dpctl)|tail|head|journalctl|ssh|watch|docker|kubectl)\b)/;
const BETWEEN = /^(?:--(?: .* --)?|```\w*|Every [\d.]+s: .*)$/;

/** conntrack(8)'s count. It writes it to standard error, where a log may have it in the middle of a line. */
const COUNT = /conntrack v\S+ \(conntrack-tools\): .*? (?:shown|deleted|created|updated)\.?/;

export const withoutCount = (text: string): string => text.replace(COUNT, ' ');

const COUNT_AT_END = /conntrack v\S+ \(conntrack-tools\): [^=]* (?:shown|deleted|created|updated)\.$/;

/** What is before the count that ends a line; undefined if none does. */
export function beforeCount(text: string): string | undefined {
  const at = text.search(COUNT_AT_END);
  return at < 0 ? undefined : text.slice(0, at);
}

/** What continues an entry of a format that has remarks (`LineFormat.remark`), though it looks like a comment or a prompt. */
const REMARK = /(?:^|\s)#\s*(?:\{.*)?$/;

export const isRemark = (text: string): boolean => REMARK.test(text);

/** Lines without an entry: empty ones, comments, prompts, and conntrack(8)'s count, which it writes to standard error. */
export function isIdle(line: string): boolean {
  const text = line.trim();
  return (
    text === '' ||
    text.startsWith('#') ||
    /^(?:.*[^=]\s)?conntrack v\S+ \(conntrack-tools\): [^=]*$/.test(text) ||
    BETWEEN.test(text) ||
    (PROMPT.test(text) && !/\bsrc=|\s-[AIUD]\s|(?:^|\s)--[a-z][a-z-]+\s[^$#%>]*>$/.test(text))
  );
}
