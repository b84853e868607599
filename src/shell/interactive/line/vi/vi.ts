import type { Key } from '../input/key-names.js';
import { lineEnd, lineStart, lineUpOrDown } from '../lines.js';
import {
  firstNonBlank,
  isSpace,
  matchingParenthesis,
  nextWord,
  type Range,
  repeated,
  swapCase,
  textObject,
  wordBefore,
  wordEnd,
} from './motions.js';

/** The line that vi's commands change. */
export interface ViLine {
  readonly text: string;
  readonly cursor: number;
  set(text: string, cursor: number): void;
}

/** What the editor does after a key. */
export type ViStep =
  | 'insert' // the key belongs to the insert mode
  | 'done'
  | 'pending' // a command that is not complete
  | 'undo'
  | 'redo'
  | 'older' // the history
  | 'newer'
  | 'search'
  | 'edit'; // in another program

/**
 * The commands of vi (POSIX vi, "Command mode") in the line: motions, `d`, `c`, `y` with them, `x`, `r`, `p`, `~`, `f`, `t`,
 * counts, `.`, `u`. Escape begins the command mode; `i`, `a` and others begin the insert mode.
 */
export class Vi {
  #isInsert = true;
  /** The keys of a command that is not complete. */
  #keys = '';
  #register = '';
  #lastFind = '';
  /** The last command that changed the text, and what was inserted after it. */
  #lastChange = '';
  #isRepeating = false;
  /** The text before the insert mode began, to know what is inserted. */
  #insertedFrom: { readonly text: string; readonly cursor: number } | undefined;
  #lastInserted = '';

  get isInsert(): boolean {
    return this.#isInsert;
  }

  /** A new line begins in insert mode. */
  reset(): void {
    this.#isInsert = true;
    this.#keys = '';
    this.#insertedFrom = undefined;
  }

  /** @param key of one character, if it is text */
  press({ text, name }: Key, line: ViLine): ViStep {
    if (this.#isInsert) return this.#pressInInsert(name, line);
    if (name === 'escape') {
      this.#keys = '';
      return 'done';
    }
    if (name !== 'text') return this.#pressNamed(name, line);
    this.#keys += text;
    const step = this.#command(line);
    if (step !== 'pending') this.#keys = '';
    return step;
  }

  #pressInInsert(name: string, line: ViLine): ViStep {
    if (name !== 'escape') return 'insert';
    this.#isInsert = false;
    const from = this.#insertedFrom;
    if (from && line.cursor >= from.cursor) this.#lastInserted = line.text.slice(from.cursor, line.cursor);
    line.set(line.text, Math.max(lineStart(line.text, line.cursor), line.cursor - 1));
    return 'done';
  }

  #pressNamed(name: string, line: ViLine): ViStep {
    this.#keys = '';
    switch (name) {
      case 'backspace':
      case 'left':
        return this.#moveTo(line, this.#motion('h', 1, line)?.start);
      case 'right':
        return this.#moveTo(line, this.#motion('l', 1, line)?.end);
      case 'ctrl-r':
        return 'redo';
      default:
        return 'insert';
    }
  }

  // -------------------------------------------------------------- commands

  #command(line: ViLine): ViStep {
    const [, digits, keys] = /^([1-9]\d*)?(.*)$/s.exec(this.#keys)!;
    const count = digits === undefined ? 1 : Math.min(Number(digits), 10_000);
    if (keys === '') return 'pending';
    const operator = /^[dcy]/.exec(keys)?.[0];
    if (operator !== undefined) return this.#operate(operator, keys.slice(1), count, line);
    if (/^[fFtTr]$/.test(keys)) return 'pending';
    return this.#simple(keys, count, line);
  }

  #simple(keys: string, count: number, line: ViLine): ViStep {
    const { text, cursor } = line;
    const end = lineEnd(text, cursor);
    switch (keys[0]) {
      case 'i':
        return this.#insert(line, cursor);
      case 'a':
        return this.#insert(line, Math.min(cursor + 1, end));
      case 'I':
        return this.#insert(line, firstNonBlank(text, cursor));
      case 'A':
        return this.#insert(line, end);
      case 'o':
        line.set(`${text.slice(0, end)}\n${text.slice(end)}`, end + 1);
        return this.#insert(line, end + 1);
      case 'O': {
        const start = lineStart(text, cursor);
        line.set(`${text.slice(0, start)}\n${text.slice(start)}`, start);
        return this.#insert(line, start);
      }
      case 'x':
        return this.#delete(line, { start: cursor, end: Math.min(cursor + count, end) });
      case 'X':
        return this.#delete(line, { start: Math.max(cursor - count, lineStart(text, cursor)), end: cursor });
      case 'D':
        return this.#delete(line, { start: cursor, end });
      case 'C':
        return this.#change(line, { start: cursor, end });
      case 's':
        return this.#change(line, { start: cursor, end: Math.min(cursor + count, end) });
      case 'S':
        return this.#change(line, { start: lineStart(text, cursor), end });
      case 'Y':
        this.#register = text.slice(lineStart(text, cursor), end);
        return 'done';
      case 'p':
      case 'P': {
        const at = keys[0] === 'p' ? Math.min(cursor + 1, end) : cursor;
        const inserted = this.#register.repeat(count);
        this.#note();
        line.set(text.slice(0, at) + inserted + text.slice(at), Math.max(at, at + inserted.length - 1));
        return 'done';
      }
      case 'r': {
        if (cursor + count > end) return 'done';
        this.#note();
        line.set(text.slice(0, cursor) + keys[1].repeat(count) + text.slice(cursor + count), cursor + count - 1);
        return 'done';
      }
      case '~': {
        const stop = Math.min(cursor + count, end);
        const swapped = [...text.slice(cursor, stop)]
          .map(each => (each === each.toUpperCase() ? each.toLowerCase() : each.toUpperCase()))
          .join('');
        this.#note();
        line.set(text.slice(0, cursor) + swapped + text.slice(stop), Math.min(stop, Math.max(end - 1, 0)));
        return 'done';
      }
      case '.':
        return this.#repeat(line);
      case 'u':
        return 'undo';
      case 'j':
      case 'k': {
        const place = lineUpOrDown(text, cursor, keys[0] === 'k' ? -1 : 1);
        if (place === undefined) return keys[0] === 'k' ? 'older' : 'newer';
        return this.#moveTo(line, place);
      }
      case '/':
      case '?':
        return 'search';
      case 'v':
        return 'edit';
      default: {
        const range = this.#motion(keys, count, line);
        if (range === undefined) return 'done';
        return this.#moveTo(line, range.start < cursor ? range.start : range.end);
      }
    }
  }

  #operate(operator: string, rest: string, count: number, line: ViLine): ViStep {
    const [, digits, motion] = /^([1-9]\d*)?(.*)$/s.exec(rest)!;
    if (motion === '' || /^[fFtTia]$/.test(motion)) return 'pending';
    const times = count * (digits === undefined ? 1 : Number(digits));
    const { text, cursor } = line;
    const whole = { start: lineStart(text, cursor), end: lineEnd(text, cursor) };
    const isDoubled = motion === operator;
    const range = isDoubled ? whole : this.#rangeOf(operator, motion, times, line);
    if (range === undefined) return 'done';
    const includes = /^[eEfFtT;,%]/.test(motion) && range.end > cursor;
    const part = { start: range.start, end: Math.min(range.end + (includes ? 1 : 0), text.length) };
    if (operator === 'y') {
      this.#register = text.slice(part.start, part.end);
      return this.#moveTo(line, part.start);
    }
    if (operator === 'c') return this.#change(line, part);
    if (!isDoubled) return this.#delete(line, part);
    // A line is deleted with its end.
    const isLast = part.end === text.length;
    this.#delete(line, {
      start: isLast ? Math.max(part.start - 1, 0) : part.start,
      end: isLast ? part.end : part.end + 1,
    });
    line.set(line.text, lineStart(line.text, line.cursor));
    return 'done';
  }

  #rangeOf(operator: string, motion: string, count: number, line: ViLine): Range | undefined {
    const { text, cursor } = line;
    if (/^[ia]/.test(motion)) return textObject(motion, text, cursor);
    // `cw` changes to the end of the word: the spaces after it stay.
    if (operator === 'c' && /^[wW]$/.test(motion) && !isSpace(text[cursor]))
      return { start: cursor, end: repeated(count, cursor - 1, place => wordEnd(text, place, motion === 'W')) + 1 };
    return this.#motion(motion, count, line);
  }

  #insert(line: ViLine, cursor: number): ViStep {
    this.#note();
    line.set(line.text, cursor);
    this.#isInsert = true;
    this.#insertedFrom = { text: line.text, cursor };
    return 'done';
  }

  #delete(line: ViLine, { start, end }: Range): ViStep {
    if (end <= start) return 'done';
    this.#note();
    this.#register = line.text.slice(start, end);
    const text = line.text.slice(0, start) + line.text.slice(end);
    line.set(text, Math.min(start, Math.max(lineEnd(text, start) - 1, lineStart(text, start))));
    return 'done';
  }

  #change(line: ViLine, { start, end }: Range): ViStep {
    this.#register = line.text.slice(start, end);
    line.set(line.text.slice(0, start) + line.text.slice(end), start);
    return this.#insert(line, start);
  }

  /** Notes a command that `.` repeats. */
  #note(): void {
    if (!this.#isRepeating) this.#lastChange = this.#keys;
  }

  #repeat(line: ViLine): ViStep {
    if (this.#lastChange === '') return 'done';
    this.#isRepeating = true;
    this.#keys = this.#lastChange;
    this.#command(line);
    this.#isRepeating = false;
    if (this.#isInsert) {
      const { text, cursor } = line;
      const inserted = this.#lastInserted;
      line.set(text.slice(0, cursor) + inserted + text.slice(cursor), Math.max(cursor, cursor + inserted.length - 1));
      this.#isInsert = false;
      this.#insertedFrom = undefined;
    }
    return 'done';
  }

  // -------------------------------------------------------------- motions

  #moveTo(line: ViLine, place: number | undefined): ViStep {
    if (place === undefined) return 'done';
    const { text } = line;
    const last = Math.max(lineEnd(text, place) - 1, lineStart(text, place));
    line.set(text, Math.min(place, last));
    return 'done';
  }

  /** The part of the text from the cursor to where a motion leads; undefined if there is no such motion or place. */
  #motion(keys: string, count: number, { text, cursor }: ViLine): Range | undefined {
    const start = lineStart(text, cursor);
    const end = lineEnd(text, cursor);
    const to = (place: number): Range => ({ start: Math.min(cursor, place), end: Math.max(cursor, place) });
    switch (keys[0]) {
      case 'h':
        return to(Math.max(cursor - count, start));
      case 'l':
      case ' ':
        return to(Math.min(cursor + count, end));
      case '0':
        return to(start);
      case '^':
        return to(firstNonBlank(text, cursor));
      case '$':
        return to(end);
      case 'w':
      case 'W':
        return to(repeated(count, cursor, place => nextWord(text, place, keys[0] === 'W')));
      case 'e':
      case 'E':
        return to(repeated(count, cursor, place => wordEnd(text, place, keys[0] === 'E')));
      case 'b':
      case 'B':
        return to(repeated(count, cursor, place => wordBefore(text, place, keys[0] === 'B')));
      case 'f':
      case 'F':
      case 't':
      case 'T':
        this.#lastFind = keys;
        return this.#find(keys, count, text, cursor, to);
      case ';':
        return this.#find(this.#lastFind, count, text, cursor, to);
      case ',':
        return this.#find(swapCase(this.#lastFind), count, text, cursor, to);
      case '%': {
        const place = matchingParenthesis(text, cursor);
        return place === undefined ? undefined : to(place);
      }
      default:
        return undefined;
    }
  }

  #find(keys: string, count: number, text: string, cursor: number, to: (place: number) => Range): Range | undefined {
    const [kind, wanted] = keys;
    if (wanted === undefined) return undefined;
    const isForward = kind === 'f' || kind === 't';
    let place = cursor;
    for (let i = 0; i < count; i++) {
      const from = isForward ? place + 1 : place - 1;
      const found = from < 0 ? -1 : isForward ? text.indexOf(wanted, from) : text.lastIndexOf(wanted, from);
      if (found < 0) return undefined;
      place = found;
    }
    return to(kind === 't' ? place - 1 : kind === 'T' ? place + 1 : place);
  }
}
