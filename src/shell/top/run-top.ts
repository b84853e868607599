/** `ctq top`: takes the terminal, shows the full screen, and gives the terminal back. */
import { CtqError } from '../../engine/errors.js';
import { type FormatContext, shower } from '../../engine/formats/writing/format.js';
import { Text } from '../../engine/formats/writing/text.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { refusalOf } from '../../lang/schema/places.js';
import { useTheme } from '../display/style.js';
import { isUnicode } from '../display/text/locale.js';
import { Keys } from '../interactive/line/input/keys.js';
import { themeOfVariable } from '../interactive/prompt/background.js';
import type { ExitCode, ShellSession } from '../session/session.js';
import { isInForeground } from '../statements/results/live-keys.js';
import type { TopOptions } from './options.js';
import { placeOf, severalGateways } from './place.js';
import { FullScreen } from './screen.js';
import { Top, type TopParts } from './top.js';
import { mistakesOf, type View } from './view.js';

/** What to do in a pipe instead. */
const INSTEAD =
  'elsewhere: ctq "select src, count(*) as flows from conntrack group by src order by flows desc limit 10"';

/** @throws CtqError if the output is not a terminal that can show a full screen */
export function requireTerminal({ io: { stdin, stdout, env } }: ShellSession): void {
  const refuse = (message: string): never => {
    throw new CtqError({ code: 'terminal', kind: 'system', message, hint: INSTEAD });
  };
  if (stdout.isTTY !== true) refuse('top requires a terminal: the output is not one');
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) refuse('top requires a terminal: the input is not one');
  const { TERM } = env;
  if (TERM === undefined || TERM === '' || TERM === 'dumb')
    refuse(`top cannot be drawn on this terminal: TERM is ${TERM || 'not set'}`);
}

/**
 * Shows the full screen until the user quits.
 * @param lend takes the terminal from what else reads it
 * @throws CtqError for a terminal that cannot be drawn on, an invalid option, or a table that cannot be read
 */
export async function runTop(
  shell: ShellSession,
  options: TopOptions,
  lend: <T>(work: () => Promise<T>) => Promise<T> = work => work(),
): Promise<ExitCode> {
  await shell.load();
  const before = shell.place;
  try {
    // What is wrong with the arguments is wrong on every terminal.
    const view = viewOf(options, shell);
    requireTerminal(shell);
    await shell.load();
    await shell.during(signal => lend(() => onScreen(shell, view, options.every, signal)));
    return 0;
  } finally {
    shell.place = before;
  }
}

/** @throws CtqError for an invalid place or condition */
function viewOf({ filter, grouping, sort, place: where, word }: TopOptions, shell: ShellSession): View {
  const wrong = (message: string, hint?: string): CtqError =>
    new CtqError({ code: 'command-line', kind: 'statement', message, ...(hint === undefined ? {} : { hint }) });
  if (where !== undefined) {
    const place = placeOf(where, shell);
    if (typeof place === 'string') throw wrong(`invalid place '${where}': ${place}`);
    shell.place = place;
  }
  const refusal = refusalOf('conntrack', 'select', shell.place);
  if (refusal) throw wrong(refusal.message, refusal.hint);
  if (shell.place.kind === 'history') throw wrong('top shows the live table or a file, not the history');
  const several = severalGateways(shell.place);
  if (several !== undefined) throw wrong(several);
  const [mistake] = filter === '' ? [] : mistakesOf(filter, shell);
  if (mistake && word !== undefined) {
    const [invalid] = ADDRESS.test(word) ? mistakesOf(`host = ${word}`, shell) : [];
    throw invalid ? wrong(invalid.message, invalid.hint) : noSuchFile(word, mistake.hint);
  }
  if (mistake) throw wrong(`invalid condition '${filter}': ${mistake.message}`, mistake.hint);
  return {
    place: shell.place,
    filter,
    descending: true,
    ...(grouping === undefined ? {} : { grouping }),
    ...(sort === undefined ? {} : { sort: sort.name, descending: sort.descending }),
  };
}

/** What is meant as an address or a network, valid or not. */
const ADDRESS = /^\d+(?:\.\d+){3,}(?:[:/]\d+)?$|^[\da-z]*:[\da-z]*:[\da-z:.]*(?:\/\d+)?$/i;

/** @param hint what else the word may mean */
const noSuchFile = (word: string, hint?: string): CtqError =>
  new CtqError({
    code: 'no-file',
    kind: 'input',
    message: `no such file: '${printable(word)}'`,
    hint: `${hint?.endsWith('?') ? `${hint} ` : ''}top takes a file, an address, a protocol, or a condition, such as: dport = 443`,
  });

async function onScreen(shell: ShellSession, view: View, every: number, signal: AbortSignal): Promise<void> {
  const { io } = shell;
  const hasColor = shell.color(io.stdout);
  chooseTheme(shell);
  const screen = new FullScreen(io.stdout, hasColor);
  let top: Top | undefined;
  const keys = new Keys(io.stdin, {
    interrupted: () => {},
    key: key => top?.typing.press(key),
    pasted: text => top?.typing.paste(text),
    answered: () => {},
    idle: () => top?.idle(),
    ended: () => shell.interrupt(),
  });
  const lend = async <T>(work: () => Promise<T>): Promise<T> => {
    screen.close();
    try {
      return await keys.lend(work);
    } finally {
      screen.open();
      top?.draw();
    }
  };
  const suspension = new Suspension(
    () => {
      screen.close();
      keys.setRawMode(false);
    },
    () => {
      keys.setRawMode(true);
      screen.open();
      top?.draw();
    },
  );
  const resized = (): void => top?.resized();
  shell.messages.listener = (message, kind) => top?.say(message, kind === 'note' ? 'dim' : kind);
  io.stdout.on('resize', resized);
  try {
    screen.open();
    const context = contextOf(shell, hasColor);
    top = new Top(
      { shell, screen, keys, context, signal, lend, suspend: () => suspension.suspend(), openPane },
      view,
      every,
    );
    keys.start();
    await top.run();
  } finally {
    io.stdout.off('resize', resized);
    shell.messages.listener = undefined;
    suspension.end();
    keys.release();
    screen.close();
  }
}

/** Most of what keys open is needed late, or never. */
const openPane: TopParts['openPane'] = async (what, top) => (await import('./panes/open-pane.js')).openPane(what, top);

function chooseTheme(shell: ShellSession): void {
  const theme = shell.setting('theme');
  if (theme === 'light' || theme === 'dark') useTheme(theme);
  else if (!shell.survives) useTheme(themeOfVariable(shell.io.env.COLORFGBG) ?? 'dark');
}

function contextOf({ environment, io }: ShellSession, color: boolean): FormatContext {
  const shared = { environment, modifiers: new Set<never>(), human: true };
  return {
    ...shared,
    text: new Text(() => {}),
    width: undefined,
    color,
    isTTY: true,
    unicode: isUnicode(io.env),
    nullText: '',
    show: shower(shared),
  };
}

/** Milliseconds between two checks whether the program is in the foreground again. */
const FOREGROUND_INTERVAL = 200;

/** Signals that end the program at once: the terminal is gone; Ctrl-\\. */
const DEADLY = ['SIGHUP', 'SIGQUIT'] as const;

/** Ctrl-Z, and SIGTSTP from elsewhere: the terminal is given back before the program stops, and taken again in the foreground. */
class Suspension {
  readonly #leave: () => void;
  readonly #enter: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(leave: () => void, enter: () => void) {
    this.#leave = leave;
    this.#enter = enter;
    process.on('SIGTSTP', this.suspend);
    for (const signal of DEADLY) process.on(signal, this.#die);
  }

  readonly suspend = (): void => {
    this.#leave();
    // Without a listener, the signal stops the process.
    process.off('SIGTSTP', this.suspend);
    process.once('SIGCONT', this.#continued);
    process.kill(process.pid, 'SIGTSTP');
  };

  readonly #continued = (): void => {
    // In the background (bg), the terminal is another program's.
    if (!isInForeground()) {
      this.#timer = setTimeout(this.#continued, FOREGROUND_INTERVAL);
      return;
    }
    process.on('SIGTSTP', this.suspend);
    this.#enter();
  };

  readonly #die = (signal: NodeJS.Signals): void => {
    this.#leave();
    this.end();
    process.kill(process.pid, signal);
  };

  end(): void {
    clearTimeout(this.#timer);
    process.off('SIGTSTP', this.suspend);
    process.off('SIGCONT', this.#continued);
    for (const signal of DEADLY) process.off(signal, this.#die);
  }
}
