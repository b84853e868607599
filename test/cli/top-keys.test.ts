// timeout: 240
/** Every key of `ctq top`, on a terminal. A key without a test does not compile. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FormatContext } from '../../src/engine/formats/writing/format.js';
import type { CheckedDelete } from '../../src/lang/checked/statements.js';
import { ACTIONS, type Action } from '../../src/shell/help/top-keys.js';
import type { ShellSession } from '../../src/shell/session/session.js';
import { DeletePane } from '../../src/shell/top/panes/delete-pane.js';
import { checked, testSession } from '../engine/change/support.js';
import { bulk } from '../kit/bulk.js';
import { type Terminal, tty } from '../kit/cli.js';
import { setSysctl, useConntrack } from '../kit/namespace.js';
import { until } from '../kit/until.js';

const test = suite('keys of top');

const FLOWS = 60;
const HEIGHT = 18;

test.before(() => {
  setSysctl('net/netfilter/nf_conntrack_acct', 1);
  useConntrack();
  bulk(FLOWS, { sources: FLOWS });
});

const open = (): Terminal => tty(['top', '--no-config', '--sort', 'source'], { columns: 130, rows: HEIGHT + 6 });

/** The flow under the cursor, by the last number of its source: 0 to 59, in the order of the rows. */
function cursor(screen: Terminal): number {
  const line = screen
    .screen({ colours: true })
    .split('\n')
    .find(each => /\x1b\[(?:0;)?7m.*10\.0\.0\./.test(each));
  return Number(/10\.0\.0\.(\d+)/.exec(line ?? '')?.[1]);
}

const at = (screen: Terminal, row: number): Promise<unknown> =>
  until(`the cursor on row ${row}, not ${cursor(screen)}`, () => cursor(screen) === row, { within: 20_000 });

const TABLE = /\? help/;

/** Waits for what a key opens, and closes it. */
const opens =
  (wanted: RegExp, close = 'Escape') =>
  async (screen: Terminal): Promise<void> => {
    await screen.waitFor(wanted);
    screen.press(close);
    await screen.waitFor(TABLE);
  };

const waitsFor =
  (wanted: RegExp, ...undo: readonly string[]) =>
  async (screen: Terminal): Promise<void> => {
    await screen.waitFor(wanted);
    if (undo.length > 0) screen.press(...undo);
    await screen.waitFor(/source↑/);
    await screen.waitFor(/^proto +source/m);
  };

/** What is pressed before a key, the key itself by its name in tmux, and what happens. The table is as before afterwards. */
interface KeyTest {
  readonly before?: readonly string[];
  readonly press: string;
  readonly happens: (screen: Terminal) => Promise<unknown>;
}

type KeyName = (typeof ACTIONS)[Action]['keys'][number];

const moves = (press: string, before: readonly string[], row: number): KeyTest => ({
  before: ['Home', ...before],
  press,
  happens: screen => at(screen, row),
});
const quits: KeyTest['happens'] = async screen => {
  assert.is(await screen.exit(), 0);
  assert.is(screen.screen(), '', 'the screen is as it was before');
};
const details = opens(/original +10\.0\.0\.\d+/);
const help = opens(/^ctq top: the connections as they change/m);
const filter = opens(/Enter apply/);
const question = opens(/Delete 1 flow\? \[y\/N\]/, 'n');
const pauses = waitsFor(/paused · space continues/, 'Space');
const next = waitsFor(/→ destination↑/, '<');
const previous = waitsFor(/proto↑/, '>');

const KEYS: Readonly<Record<KeyName, KeyTest>> = {
  up: moves('Up', ['Down', 'Down'], 1),
  k: moves('k', ['Down', 'Down', 'Down'], 2),
  down: moves('Down', [], 1),
  j: moves('j', ['Down'], 2),
  pageup: moves('PageUp', ['End'], FLOWS - 1 - HEIGHT),
  'ctrl-b': moves('C-b', ['End', 'Up'], FLOWS - 2 - HEIGHT),
  pagedown: moves('PageDown', [], HEIGHT),
  'ctrl-f': moves('C-f', ['Down'], HEIGHT + 1),
  home: moves('Home', ['End'], 0),
  end: moves('End', [], FLOWS - 1),
  enter: { press: 'Enter', happens: details },
  escape: {
    before: ['/', '1', '=', '1', 'Enter'],
    press: 'Escape',
    happens: screen => screen.waitFor(/^where \/ enters a condition/m),
  },
  backspace: {
    before: ['/', '2', '=', '2', 'Enter'],
    press: 'BSpace',
    happens: screen => screen.waitFor(/^where \/ enters a condition/m),
  },
  '/': { press: '/', happens: filter },
  f: { press: 'f', happens: filter },
  g: { press: 'g', happens: groupsOf('source') },
  G: { press: 'G', happens: groupsOf('proto +state') },
  right: { press: 'Right', happens: next },
  '>': { press: '>', happens: next },
  s: { press: 's', happens: next },
  left: { press: 'Left', happens: previous },
  '<': { press: '<', happens: previous },
  S: { press: 'S', happens: previous },
  r: { press: 'r', happens: waitsFor(/source↓/, 'r') },
  d: { press: 'd', happens: question },
  delete: { press: 'DC', happens: question },
  D: { press: 'D', happens: screen => screen.waitFor(/no filter is set/) },
  n: { press: 'n', happens: opens(/^in *\n[\s\S]*Enter apply/m) },
  ' ': { press: 'Space', happens: pauses },
  p: { press: 'p', happens: pauses },
  '+': { press: '+', happens: screen => screen.waitFor(/the table is read every 5s/) },
  '-': { press: '-', happens: screen => screen.waitFor(/the table is read every 2s/) },
  'ctrl-l': { press: 'C-l', happens: screen => screen.waitFor(/^proto +source/m) },
  '?': { press: '?', happens: help },
  h: { press: 'h', happens: help },
  q: { press: 'q', happens: quits },
  Q: { press: 'Q', happens: quits },
  'ctrl-c': { press: 'C-c', happens: quits },
};

/** The groups of a key; `G` and `g` lead back. */
function groupsOf(titles: string): KeyTest['happens'] {
  return async screen => {
    await screen.waitFor(new RegExp(`^${titles} +↓?flows|^${titles} +flows`, 'm'));
    screen.press(titles === 'source' ? 'G' : 'g');
    await screen.waitFor(/^proto +source +→/m);
    // Another grouping has an order of its own.
    screen.press('2');
    await screen.waitFor(/source↑/);
  };
}

test('every key does what the help says', async () => {
  const ending = new Set<string>(ACTIONS.quit.keys);
  const names = Object.keys(KEYS) as KeyName[];
  const screen = open();
  try {
    await screen.waitFor(/10\.0\.0\.1\b/);
    for (const name of names.filter(each => !ending.has(each))) {
      const { before = [], press, happens } = KEYS[name];
      if (before.length > 0) screen.press(...before);
      if (before.includes('Enter')) await screen.waitFor(/^where (\d) ?= ?\1$/m);
      screen.press(press);
      try {
        await happens(screen);
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`);
      }
    }
  } finally {
    screen.close();
  }
  for (const name of names.filter(each => ending.has(each))) {
    const another = open();
    try {
      await another.waitFor(/10\.0\.0\.1\b/);
      another.press(KEYS[name].press);
      await KEYS[name].happens(another);
    } finally {
      another.close();
    }
  }
});

test('1 to 9 sort by the columns on the screen', async () => {
  const screen = open();
  try {
    await screen.waitFor(/10\.0\.0\.1\b/);
    for (const columns of [130, 60]) {
      screen.resize(columns, HEIGHT + 6);
      const titles = (): string[] =>
        (/^.*proto.*source.*$/m.exec(screen.screen())?.[0] ?? '').replace('→ ', '→').split(/ +/);
      await until('the titles', () => titles().length > 3);
      for (let n = 1; n < Math.min(9, titles().length); n++) {
        const name = titles()[n - 1].replace(/[↑↓]/, '');
        screen.press(String(n));
        await until(`${name} to have the arrow: ${titles()}`, () => {
          const title = titles()[n - 1] ?? '';
          return title.includes(name) && /[↑↓]/.test(title);
        });
      }
    }
  } finally {
    screen.close();
  }
});

test('keys of what is open: details, help, a line, a question', async () => {
  const screen = open();
  try {
    await screen.waitFor(/10\.0\.0\.1\b/);
    screen.resize(100, 12);
    await screen.waitFor(/10\.0\.0\.1\b/);
    // Details that do not fit are scrolled.
    for (const [keys, shown] of [
      [['End'], /events/],
      [['Home'], /^ udp/m],
      [['PageDown'], /events/],
      [['PageUp'], /^ udp/m],
      [['Down', 'Down', 'Down', 'Down', 'j', 'j'], /events/],
      [['Up', 'Up', 'Up', 'Up', 'k', 'k'], /^ udp/m],
    ] as const) {
      screen.press('Enter', ...keys);
      await screen.waitFor(shown);
      screen.press('BSpace');
      await screen.waitFor(TABLE);
    }
    screen.press('Enter');
    await screen.waitFor(/Esc back/);
    screen.press('Space');
    await screen.waitFor(/paused/);
    screen.press('Space', 'd');
    await screen.waitFor(/Delete 1 flow/);
    screen.press('C-c');
    await screen.waitFor('nothing was deleted');
    screen.press('?');
    await screen.waitFor(/^ctq top: the connections/m);
    screen.press('Space');
    await until('the page below', () => !/^ctq top: the connections/m.test(screen.screen()));
    screen.press('Home');
    await screen.waitFor(/^ctq top: the connections/m);
    screen.press('End');
    await screen.waitFor(/ctq help top, docs\/top\.md/);
    screen.press('x');
    await screen.waitFor(TABLE);
    for (const key of ['Escape', 'C-c', 'C-g', 'C-d']) {
      screen.press('/');
      await screen.waitFor(/Enter apply/);
      screen.press(key);
      await screen.waitFor(TABLE);
    }
    // As on the command line, an address alone is the condition of its flows.
    screen.type('/10.0.0.3');
    screen.press('Enter');
    await screen.waitFor(/where host = 10\.0\.0\.3/);
    screen.press('/', 'C-u', 'Enter');
    await screen.waitFor(TABLE);
    screen.type('/dport = 1');
    screen.press('C-a');
    screen.type('not ');
    screen.press('C-e', 'C-w', '5');
    await screen.waitFor(/^where not dport = 5$/m);
    screen.press('C-_');
    await screen.waitFor(/^where not dport = *$/m);
    screen.press('C-c');
    await screen.waitFor(TABLE);
  } finally {
    screen.close();
  }
});

test('a key that came before the question does not answer it', async () => {
  const session = testSession();
  const text = 'delete from conntrack where dport = 53';
  // A key waits in the terminal while the flows are found; it is read when that is done.
  const message = await new Promise(resolve => {
    const pane: DeletePane = new DeletePane({
      ...{ statement: checked(text) as CheckedDelete, text, draw: () => {}, session: () => session },
      shell: { setting: () => false, io: { env: {} } } as unknown as ShellSession,
      context: { modifiers: new Set(), environment: session.environment } as unknown as FormatContext,
      async settled() {
        pane.press({ name: 'text', text: 'y' });
      },
      closed: resolve,
    });
  });
  assert.is(message, 'nothing was deleted');
  await session.close();
});

test.run();
