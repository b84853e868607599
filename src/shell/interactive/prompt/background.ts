import type { Theme } from '../../display/style.js';

/** xterm's ctlseqs: OSC 11 asks for the background, and CSI c (DA1), which every terminal answers, shows that no answer follows. */
const REQUEST = '\x1b]11;?\x1b\\\x1b[c';

/** Milliseconds for which an answer is waited for. */
const PATIENCE = 500;

/** Asks the terminal for its background. Its answers are recognized among the keys. */
export class Background {
  readonly #found: (theme: Theme) => void;
  #answered: (() => void) | undefined;
  #pending: Promise<void> = Promise.resolve();

  constructor(found: (theme: Theme) => void) {
    this.#found = found;
  }

  ask(output: NodeJS.WritableStream): void {
    this.#pending = new Promise(resolve => {
      const timer = setTimeout(resolve, PATIENCE);
      this.#answered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    output.write(REQUEST);
  }

  answered(sequence: string): void {
    const theme = themeOfAnswer(sequence);
    if (theme !== undefined) this.#found(theme);
    if (/^\x1b\[\?[\d;]*c$/.test(sequence)) this.#answered?.();
  }

  /** Nothing more comes: another program may read the terminal. */
  settled(): Promise<void> {
    return this.#pending;
  }
}

/** The theme for the background in an answer to OSC 11, such as `rgb:ffff/ffff/ffff`. */
export function themeOfAnswer(sequence: string): Theme | undefined {
  const answer = /^\x1b\]11;rgba?:([0-9a-f]+)\/([0-9a-f]+)\/([0-9a-f]+)/i.exec(sequence);
  if (!answer) return undefined;
  const [red, green, blue] = answer.slice(1).map(part => Number.parseInt(part, 16) / (16 ** part.length - 1));
  // ITU-R BT.709 luma.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 ? 'light' : 'dark';
}

/** The theme according to rxvt's variable COLORFGBG: `FOREGROUND;BACKGROUND`, from the sixteen colours. */
export function themeOfVariable(value: string | undefined): Theme | undefined {
  const background = /;(\d+)$/.exec(value ?? '')?.[1];
  if (background === undefined) return undefined;
  return background === '7' || Number(background) > 8 ? 'light' : 'dark';
}
