import type { Terminal } from '../../../io.js';
import type { Keys } from './keys.js';
import { PASTE_MARKS } from './paste.js';

/** Ctrl-Z: the shell that started ctq has the terminal until it continues ctq. @param continued called then */
export function suspend(keys: Keys, output: Terminal, continued: () => void): void {
  output.write(PASTE_MARKS.off);
  keys.setRawMode(false);
  process.once('SIGCONT', () => {
    keys.setRawMode(true);
    output.write(PASTE_MARKS.on);
    continued();
  });
  process.kill(process.pid, 'SIGTSTP');
}
