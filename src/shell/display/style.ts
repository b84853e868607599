/** Styles are named by meaning, not by colour. */
export type Style =
  | 'header'
  | 'address'
  | 'port'
  | 'number'
  | 'good'
  | 'waiting'
  | 'bad'
  | 'null'
  | 'dim'
  | 'name'
  | 'bar'
  | 'error'
  | 'warning'
  | 'hint'
  | 'plain';

/** Select Graphic Rendition codes (ECMA-48, 8.3.117), from the terminal's own sixteen colours. */
const CODES = {
  header: '1',
  address: '36',
  port: '36',
  number: '',
  good: '32',
  waiting: '33',
  bad: '31',
  null: '2',
  dim: '2',
  name: '35',
  bar: '34',
  error: '1;31',
  warning: '1;33',
  hint: '36',
  plain: '',
} as const satisfies Record<Style, string>;

export type Painter = (text: string, style: Style) => string;

const painted: Painter = (text, style) => {
  const codes = CODES[style];
  return codes === '' || text === '' ? text : `\x1b[${codes}m${text}\x1b[0m`;
};

const unpainted: Painter = text => text;

export const painter = (color: boolean): Painter => (color ? painted : unpainted);

/** Whether to use colours: the user's choice, else NO_COLOR (no-color.org), else whether the output is a terminal. */
export function wantsColor(
  choice: 'always' | 'never' | 'auto',
  isTTY: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTTY && env.TERM !== 'dumb';
}

const STATES: Readonly<Record<string, Style>> = {
  ESTABLISHED: 'good',
  OPEN: 'good',
  PARTOPEN: 'good',
  SYN_SENT: 'waiting',
  SYN_SENT2: 'waiting',
  SYN_RECV: 'waiting',
  COOKIE_WAIT: 'waiting',
  COOKIE_ECHOED: 'waiting',
  HEARTBEAT_SENT: 'waiting',
  REQUEST: 'waiting',
  RESPOND: 'waiting',
  CLOSE: 'bad',
  CLOSED: 'bad',
  NONE: 'dim',
  new: 'good',
  update: 'waiting',
  destroy: 'bad',
};

/** The style of an enum's word: an open connection, one being set up, a closed one. */
export const wordStyle = (word: string): Style => STATES[word] ?? 'plain';
