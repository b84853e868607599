import type { Key } from '../interactive/line/input/key-names.js';

/** Who receives keys. */
export interface KeyReceiver {
  press(key: Key): void;
  paste(text: string): void;
  /** All keys that have come were delivered. */
  idle(): void;
}

/** Delivers keys one by one, and keeps them while what they are for is being loaded. */
export class Typing {
  readonly #receiver: KeyReceiver;
  #isHeld = false;
  readonly #kept: ({ readonly kind: 'key'; readonly key: Key } | { readonly kind: 'paste'; readonly text: string })[] =
    [];

  constructor(receiver: KeyReceiver) {
    this.#receiver = receiver;
  }

  /** Characters that came together are keys of their own. */
  press(key: Key): void {
    if (key.name === 'text' && key.text.length > 1) {
      for (const text of key.text) this.press({ text, name: 'text' });
    } else if (this.#isHeld) this.#kept.push({ kind: 'key', key });
    else this.#receiver.press(key);
  }

  paste(text: string): void {
    if (this.#isHeld) this.#kept.push({ kind: 'paste', text });
    else this.#receiver.paste(text);
  }

  /** Keeps what comes until the work is done. */
  async during(work: () => Promise<void>): Promise<void> {
    this.#isHeld = true;
    try {
      await work();
    } finally {
      this.#isHeld = false;
      const kept = this.#kept.splice(0);
      for (const typed of kept) {
        if (typed.kind === 'paste') this.paste(typed.text);
        else this.press(typed.key);
      }
      if (kept.length > 0) this.#receiver.idle();
    }
  }
}
