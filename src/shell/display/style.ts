/** Styles have meanings; colours are what they happen to look like. */
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

/** Whether to colour: what the user said, else what the environment says (no-color.org), else whether a person looks at it. */
export function wantsColor(
  asked: 'always' | 'never' | 'auto',
  isTTY: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (asked !== 'auto') return asked === 'always';
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

/** How a word of an enum looks: a connection that works, one under way, one that ended. */
export const wordStyle = (word: string): Style => STATES[word] ?? 'plain';
