/**
 * How long a Tab takes on a full table: at most 50 ms. Run it in namespaces of its own, on a machine that does nothing else:
 *
 *   CTQ_TEST_OUTER_NETNS=$(readlink /proc/self/ns/net) unshare -n -m sh -c \
 *     'mount -t tmpfs tmpfs /run && ip link set lo up && node --import tsx test/bench/tab.ts [FLOWS]'
 *
 * The built program runs on a terminal of script(1). `first` is the first Tab behind that text in a shell that has just
 * started; `again` asks anew in the same shell, when no earlier answer is good any more. Both in milliseconds from the key to
 * what it puts on the screen.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { bulk } from '../kit/bulk.js';

const CTQ = fileURLToPath(new URL('../../dist/ctq.js', import.meta.url));
const PATIENCE = 20_000;
/** An answer is good for so long; see live-values.ts. */
const FRESH = 5000;

/** [what is typed, what Tab adds]: values of addresses, ports and words, and places where words alone may stand. */
const PLACES: readonly (readonly [string, RegExp])[] = [
  ['sel', /ect/],
  ['select from conntrack whe', /re/],
  ['select from conntrack where orig.by', /tes/],
  ['select from conntrack where state = EST', /ABLISHED/],
  ['select from conntrack where dst = 19', /2\.0\.2\.80/],
  ['select from conntrack where dport = 44', /3/],
  ['select from conntrack where src in (10.0.0.1, 10.', /10\.0\.$/],
  ['select from conntrack where proto = tc', /p/],
];

class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  #seen = '';
  #changed: () => void = () => {};

  constructor() {
    const command = `exec '${process.execPath}' '${CTQ}' --no-config`;
    this.#child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
      env: { PATH: process.env.PATH, SHELL: '/bin/sh', TERM: 'xterm', LC_ALL: 'C.UTF-8', HOME: '/run' },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#seen += text;
      this.#changed();
    });
  }

  /** Types, and waits for what that puts on the screen. @returns milliseconds */
  async type(keys: string, wanted: RegExp): Promise<number> {
    const began = performance.now();
    this.#seen = '';
    if (keys !== '') this.#child.stdin.write(keys);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${wanted} never came:\n${this.#seen}`)), PATIENCE);
      this.#changed = () => {
        if (!wanted.test(stripVTControlCharacters(this.#seen.replaceAll(/\x1b[78]/g, '')))) return;
        clearTimeout(timer);
        resolve();
      };
    });
    return performance.now() - began;
  }

  close(): Promise<void> {
    return new Promise(resolve => {
      this.#child.once('close', () => resolve());
      this.#child.stdin.end('\x03\x04');
    });
  }
}

export interface TabFigure {
  readonly text: string;
  readonly first: number;
  readonly again: number;
}

const at = (text: string): RegExp => new RegExp(`${text.replace(/[^\w ]/g, '\\$&')}$`);

/** Presses Tab at each place. The table is to be filled already. */
export async function measureTabs(): Promise<TabFigure[]> {
  const figures: TabFigure[] = [];
  for (const [text, wanted] of PLACES) {
    const shell = new Shell();
    try {
      await shell.type('', /ctq> /);
      await shell.type(text, at(text));
      // Nobody types that quickly.
      await pause(1500);
      const first = await shell.type('\t', wanted);
      await shell.type('\x03', /ctq> $/);
      await pause(FRESH + 100);
      await shell.type(text, at(text));
      figures.push({ text, first, again: await shell.type('\t', wanted) });
    } finally {
      await shell.close();
    }
  }
  return figures;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  bulk(Number(process.argv[2] ?? 250_000));
  console.log('   first    again');
  for (const { text, first, again } of await measureTabs())
    console.log(`${first.toFixed(1).padStart(8)} ${again.toFixed(1).padStart(8)}  ${text}`);
}
