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
  | 'prompt'
  | 'keyword'
  | 'mistake'
  | 'ghost'
  | 'candidate'
  | 'chosen'
  | 'kind'
  | 'plain';

/** Select Graphic Rendition codes (ECMA-48, 8.3.117), from the terminal's own sixteen colours. */
type Codes = Readonly<Record<Style, string>>;

/** For a dark background, where blue is hard to read. */
const DARK: Codes = {
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
  prompt: '32',
  keyword: '94',
  mistake: '4;31',
  ghost: '2',
  candidate: '',
  chosen: '7',
  kind: '36',
  plain: '',
};

/** For a light background, where yellow and the bright colours are hard to read. */
const LIGHT: Codes = {
  ...DARK,
  address: '34',
  port: '34',
  waiting: '35',
  warning: '1;35',
  hint: '34',
  keyword: '1;34',
  kind: '34',
};

const THEMES = { dark: DARK, light: LIGHT } as const;

export type Theme = keyof typeof THEMES;

let codes: Codes = DARK;

/** Chooses the colours of everything that is painted from now on: a terminal has one background. */
export function useTheme(theme: Theme): void {
  codes = THEMES[theme];
}

/** The SGR codes of a style, such as `1;31`; empty for the terminal's own colours. */
export const sgrCodes = (style: Style): string => codes[style];

export type Painter = (text: string, style: Style) => string;

const painted: Painter = (text, style) => {
  const sgr = codes[style];
  return sgr === '' || text === '' ? text : `\x1b[${sgr}m${text}\x1b[0m`;
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
