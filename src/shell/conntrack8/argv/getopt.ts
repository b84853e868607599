import type { OptionForm } from '../commands.js';
import { refuse } from './mistake.js';

/** An option of a command line, and its argument. */
export interface FoundOption<T> {
  readonly option: T;
  readonly argument: string | undefined;
}

export interface Known<T> {
  readonly option: T;
  readonly form: OptionForm;
}

/** The options that are accepted. More can be added while the words are read: those of a protocol after `-p`. */
export class KnownOptions<T> {
  readonly #byLetter = new Map<string, Known<T>>();
  readonly #byName = new Map<string, Known<T>>();

  constructor(known: readonly Known<T>[]) {
    for (const each of known) {
      if (each.form.short !== undefined) this.#byLetter.set(each.form.short, each);
      for (const name of each.form.long) this.#byName.set(name, each);
    }
  }

  letter(letter: string): Known<T> | undefined {
    return this.#byLetter.get(letter);
  }

  /** The option of that name, or the only one whose name begins so. @throws Refusal if several do */
  name(name: string, word: string): Known<T> | undefined {
    const exact = this.#byName.get(name);
    if (exact !== undefined) return exact;
    const names = [...this.#byName.keys()].filter(each => each.startsWith(name));
    const begun = new Set(names.map(each => this.#byName.get(each)));
    if (begun.size > 1) refuse(unknown(word), 2, `--${name} may be --${names.join(', --')}`);
    return [...begun][0];
  }
}

const unknown = (word: string): string => `unknown option \`${word}'`;

/**
 * Splits a command line as getopt_long(3) does: letters together (`-zp tcp`), arguments attached or in a word of their own
 * (`-ptcp`, `--proto=tcp`), long names cut short, operands anywhere (ignored), only operands after `--`.
 *
 * Where an argument is optional, conntrack(8) ignores an attached one. Here it counts, except for commands that only read or
 * create entries.
 */
export class Words<T> {
  readonly #words: readonly string[];
  readonly #known: () => KnownOptions<T>;
  #at = 0;
  /** Operands, and arguments where conntrack(8) takes none. */
  readonly ignored: string[] = [];
  /** Letters of the current word that have not been read. */
  #letters = '';

  constructor(words: readonly string[], known: () => KnownOptions<T>) {
    this.#words = words;
    this.#known = known;
  }

  /** How many words have been read. */
  get at(): number {
    return this.#at;
  }

  /** The next option; undefined at the end. @throws Refusal */
  next(): FoundOption<T> | undefined {
    if (this.#letters === '') {
      const word = this.#nextWord();
      if (word === undefined) return undefined;
      if (word.startsWith('--')) return this.#long(word);
      this.#letters = word.slice(1);
    }
    const letter = this.#letters[0];
    this.#letters = this.#letters.slice(1);
    const found = this.#known().letter(letter);
    if (found === undefined) refuse(unknown(this.#shown(this.#letters === '')));
    if (found.form.argument === 'none') return { option: found.option, argument: undefined };
    const attached = this.#letters === '' ? undefined : this.#letters;
    this.#letters = '';
    return this.#withArgument(found, attached);
  }

  #nextWord(): string | undefined {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++];
      if (word === '--') {
        this.ignored.push(...this.#words.slice(this.#at));
        this.#at = this.#words.length;
        return undefined;
      }
      if (word.length > 1 && word.startsWith('-')) return word;
      this.ignored.push(word);
    }
    return undefined;
  }

  #long(word: string): FoundOption<T> {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    const found = this.#known().name(name, word);
    if (found === undefined) refuse(unknown(word));
    if (found.form.argument === 'none') {
      if (attached !== undefined) refuse(unknown(word), 2, `--${name} takes no argument`);
      return { option: found.option, argument: undefined };
    }
    return this.#withArgument(found, attached);
  }

  /** The word that getopt_long(3) has reached: the previous one while letters of the current one are left. */
  #shown(isAtEnd: boolean): string {
    return this.#words[this.#at - (isAtEnd ? 1 : 2)] ?? 'conntrack';
  }

  #withArgument({ option, form }: Known<T>, attached: string | undefined): FoundOption<T> {
    if (attached !== undefined && form.attached === 'ignored') {
      this.ignored.push(attached);
      return { option, argument: undefined };
    }
    if (attached !== undefined) return { option, argument: attached };
    const next: string | undefined = this.#words[this.#at];
    if (form.argument === 'required') {
      if (next === undefined) refuse(`option \`${this.#shown(true)}' requires an argument`);
      this.#at++;
      return { option, argument: next };
    }
    if (next === undefined || /^[-!]/.test(next)) return { option, argument: undefined };
    this.#at++;
    return { option, argument: next };
  }
}
