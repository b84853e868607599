import { type REPLServer, start } from 'node:repl';
import { Readable, Writable } from 'node:stream';
import { Recall } from './history/recall.js';
import type { Key } from './input/key-names.js';
import type { Edited } from './undo.js';

export interface NodeLineListener {
  /** Enter in node's editor: the end of an answer. */
  entered(line: string): void;
  interrupted(): void;
  ended(): void;
}

/** The properties of readline's Interface that are written here: node documents reading `line` and `cursor` only. */
interface Inside {
  line: string;
  cursor: number;
}

/**
 * The line that node's repl edits: its keys and its kill ring. The history is ctq's own (recall.ts), because node's knows
 * one line only.
 *
 * Node also draws the line. What it draws goes nowhere, because its drawing knows neither colours nor anything below the line;
 * canvas.ts draws instead. So `line` and `cursor` are read after each key, and written where ctq edits: a candidate that is
 * chosen, a new line, an entry that is recalled. test/shell/interactive/node-line.test.ts notices if a version of node does
 * something else with them.
 */
export class NodeLine {
  readonly #input = new Readable({ read: () => {} });
  readonly #repl: REPLServer;
  readonly #inside: Inside;
  readonly #recall = new Recall();

  constructor(listener: NodeLineListener) {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.#repl = start({
      input: this.#input,
      // Wide enough for node to never break a line.
      output: Object.assign(nowhere, { isTTY: true, columns: 1_000_000, rows: 24 }),
      terminal: true,
      prompt: '',
      preview: false,
      useColors: false,
    });
    this.#inside = this.#repl as unknown as Inside;
    // A line is not JavaScript.
    this.#repl.removeAllListeners('line');
    this.#repl.removeAllListeners('SIGINT');
    this.#repl.on('line', line => listener.entered(line));
    this.#repl.on('SIGINT', () => listener.interrupted());
    this.#repl.once('close', () => listener.ended());
  }

  get text(): string {
    return this.#inside.line;
  }

  get cursor(): number {
    return this.#inside.cursor;
  }

  set(text: string, cursor = text.length): void {
    this.#inside.line = text;
    this.#inside.cursor = cursor;
  }

  /** Replaces a part of the text; the cursor is after it. */
  replace(start: number, end: number, text: string): void {
    this.set(this.text.slice(0, start) + text + this.text.slice(end), start + text.length);
  }

  /** What ↑ steps through, newest first. */
  setHistory(entries: readonly string[]): void {
    this.#recall.begin(entries);
  }

  /** Leaves a key to the history or to node. */
  press({ text, name }: Key): void {
    if (name === 'up' || name === 'ctrl-p') this.#recalled(this.#recall.older(this, name === 'ctrl-p'));
    else if (name === 'down' || name === 'ctrl-n') this.#recalled(this.#recall.newer(this));
    // Delivered at once: a stream would wait for its next turn.
    else this.#input.emit('data', Buffer.from(text));
  }

  #recalled(entry: Edited | undefined): void {
    if (entry) this.set(entry.text, entry.cursor);
  }

  close(): void {
    this.#repl.close();
  }
}
