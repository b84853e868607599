/**
 * How long a key takes to be shown, and then the candidates, on a full table: at most 16 and 50 ms. Run it in namespaces of its own,
 * on a machine that does nothing else:
 *
 *   CTQ_TEST_OUTER_NETNS=$(readlink /proc/self/ns/net) unshare -n -m sh -c \
 *     'mount -t tmpfs tmpfs /run && ip link set lo up && node --import tsx test/bench/typing.ts [FLOWS]'
 *
 * The built program runs on a terminal of script(1), in colours. Each text comes at once after a pause. `key`: until the first of it is
 * on the screen; `menu`: until the candidate is below it. `first` is in a shell that has just started; `again` in the same
 * shell, when no earlier answer is good any more. All in milliseconds.
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

/** [what is typed, a candidate]: values of addresses, ports and words, and places where words alone may be. */
const PLACES: readonly (readonly [string, RegExp])[] = [
  ['sel', / select +keyword/],
  ['select from conntrack whe', / where +keyword/],
  ['select from conntrack where orig.by', / orig\.bytes +field/],
  ['select src, count(*) as flows from conntrack group by src order by f', / flows +column/],
  ['select from conntrack where state = EST', / ESTABLISHED +value/],
  ['select from conntrack where dst = 19', / 192\.0\.2\.80 +value/],
  ['select from conntrack where dport = 44', / 443 +value/],
  ['select from conntrack where src in (10.0.0.1, 10.', / 10\.[\d.]+ +value/],
  ['select from conntrack where proto = tc', / tcp +value/],
];

class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  #seen = '';
  #changed: () => void = () => {};

  constructor() {
    const command = `exec '${process.execPath}' '${CTQ}' --no-config`;
    this.#child = spawn(
      'script',
      ['--quiet', '--flush', '--return', '--command', `stty cols 120 rows 40; ${command}`, '/dev/null'],
      {
        env: {
          PATH: process.env.PATH,
          SHELL: '/bin/sh',
          TERM: 'xterm-256color',
          LC_ALL: 'C.UTF-8',
          HOME: '/run',
        },
      },
    );
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#seen += text;
      this.#changed();
    });
  }

  /** Types, and waits for what that puts on the screen. @returns milliseconds until anything was, and until that was */
  async type(keys: string, wanted: RegExp): Promise<readonly [number, number]> {
    const began = performance.now();
    let first = 0;
    this.#seen = '';
    if (keys !== '') this.#child.stdin.write(keys);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${wanted} never came:\n${this.#seen}`)), PATIENCE);
      this.#changed = () => {
        first ||= performance.now() - began;
        if (!wanted.test(stripVTControlCharacters(this.#seen))) return;
        clearTimeout(timer);
        resolve();
      };
    });
    return [first, performance.now() - began];
  }

  close(): Promise<void> {
    return new Promise(resolve => {
      this.#child.once('close', () => resolve());
      this.#child.stdin.end('\x03\x04');
    });
  }
}

export interface TypingFigure {
  readonly text: string;
  /** Until the key is shown, and until the candidates are. */
  readonly first: readonly [number, number];
  readonly again: readonly [number, number];
}

/** Types each text. The table is to be filled already. */
export async function measureTyping(): Promise<TypingFigure[]> {
  const figures: TypingFigure[] = [];
  for (const [text, wanted] of PLACES) {
    const shell = new Shell();
    try {
      await shell.type('', /ctq> /);
      // No one types that quickly.
      await pause(1500);
      const first = await shell.type(text, wanted);
      await shell.type('\x03', /ctq> $/);
      await pause(FRESH + 100);
      figures.push({ text, first, again: await shell.type(text, wanted) });
    } finally {
      await shell.close();
    }
  }
  return figures;
}

/** Milliseconds until the key is shown, and until the candidates are. */
const LIMITS = [16, 50] as const;

const isWithin = ([key, menu]: readonly [number, number]): boolean => key <= LIMITS[0] && menu <= LIMITS[1];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  bulk(Number(process.argv[2] ?? 250_000));
  console.log('first: key    menu  again: key    menu');
  const figures = await measureTyping();
  for (const { text, first, again } of figures) {
    const verdict = isWithin(first) && isWithin(again) ? 'pass' : 'FAIL';
    console.log(`${[...first, ...again].map(each => each.toFixed(1).padStart(8)).join('')}  ${verdict}  ${text}`);
  }
  const failed = figures.filter(({ first, again }) => !isWithin(first) || !isWithin(again)).length;
  console.log(
    `limits: key ${LIMITS[0]} ms, menu ${LIMITS[1]} ms: ${failed === 0 ? 'pass' : `FAIL, ${failed} of ${figures.length}`}`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
}
