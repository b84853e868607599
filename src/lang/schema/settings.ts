import type { Value } from '../values/value.js';
import { FORMAT_NAMES } from './formats/formats.js';

/** A setting of `set NAME = VALUE`. */
export interface Setting {
  /** `duration`: in ns. */
  readonly kind: 'boolean' | 'integer' | 'text' | 'choice' | 'size' | 'duration';
  readonly choices?: readonly string[];
  /** Of an integer; both ends included. */
  readonly min?: number;
  readonly max?: number;
  /** Of a text: the names that may stand in it in braces, and are replaced. */
  readonly parts?: readonly string[];
  readonly default: Value;
  readonly doc: string;
}

export const SETTINGS = {
  format: {
    kind: 'choice',
    choices: ['auto', ...FORMAT_NAMES],
    default: 'auto',
    doc: 'default output format; auto: table on a terminal, else extended or tsv',
  },
  layout: {
    kind: 'choice',
    choices: ['auto', 'table', 'vertical'],
    default: 'auto',
    doc: 'how a result is laid out on a terminal; auto: vertical where a table would not fit',
  },
  human: {
    kind: 'choice',
    choices: ['auto', 'on', 'off'],
    default: 'auto',
    doc: 'sizes and times in units (10 MiB, 3m20s); auto: on a terminal',
  },
  header: { kind: 'boolean', default: true, doc: 'print column names; off: as the modifier noheader' },
  rows: {
    kind: 'integer',
    min: 0,
    default: 10_000,
    doc: 'rows of a result shown on a terminal, if the statement has no limit; 0: all',
  },
  timing: { kind: 'boolean', default: false, doc: 'print the time each statement took' },
  confirm: { kind: 'boolean', default: true, doc: 'ask on a terminal before entries are changed or deleted' },
  dry_run: {
    kind: 'boolean',
    default: false,
    doc: 'show the entries that a change would affect, and change nothing',
  },
  color: {
    kind: 'choice',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    doc: 'colours; auto: on a terminal, unless NO_COLOR is set',
  },
  pager: {
    kind: 'text',
    default: 'auto',
    doc: 'command that shows results longer than the screen; auto: $PAGER, else less -RS; off: none',
  },
  read_only: {
    kind: 'boolean',
    default: false,
    doc: 'reject statements that modify anything; cannot be turned off',
  },
  null_text: { kind: 'text', default: '', doc: 'text shown for null in tables' },
  buffer: {
    kind: 'size',
    default: 0,
    doc: 'receive buffer of a watch in bytes; 0: 128 MiB, or as much as permissions allow',
  },
  fleet_missing: {
    kind: 'choice',
    choices: ['report', 'fail'],
    default: 'report',
    doc: 'gateways of a fleet that do not answer; report: the result is that of the others, the exit status is 1; fail: no result',
  },
  fleet_deadline: {
    kind: 'duration',
    default: 10_000_000_000,
    doc: 'how long a gateway of a fleet may take to answer',
  },
  menu: { kind: 'boolean', default: true, doc: 'offer words and values below the line while typing' },
  enter: {
    kind: 'choice',
    choices: ['auto', 'semicolon', 'whole'],
    default: 'auto',
    doc: 'when Enter runs a statement; auto: after a semicolon, or if no clause can follow; whole: if it is complete',
  },
  editing: { kind: 'choice', choices: ['emacs', 'vi'], default: 'emacs', doc: 'keys of the line editor' },
  theme: {
    kind: 'choice',
    choices: ['auto', 'dark', 'light'],
    default: 'auto',
    doc: 'colours for a dark or a light background; auto: the shell asks the terminal',
  },
  prompt: {
    kind: 'text',
    parts: ['place', 'mode', 'user', 'time'],
    default: 'ctq{place}{mode}> ',
    doc: 'prompt of the shell, with {place}, {mode}, {user} and {time}',
  },
  greeting: { kind: 'boolean', default: true, doc: 'print a line when the shell starts' },
  agent_name: { kind: 'text', default: '', doc: 'ctq agent: its name in the fleet; empty: that of the host' },
  agent_server: {
    kind: 'text',
    default: '',
    doc: 'ctq agent: the NATS server that it connects to, tls://HOST:4222; empty: none',
  },
  agent_ca: { kind: 'text', default: '', doc: 'ctq agent: file of certificates that the server is checked against' },
  agent_nkey: { kind: 'text', default: '', doc: 'ctq agent: file with the seed of its nkey' },
  agent_cert: { kind: 'text', default: '', doc: 'ctq agent: file with its certificate, where the server requires one' },
  agent_key: { kind: 'text', default: '', doc: 'ctq agent: file with the private key of its certificate' },
  agent_metrics: {
    kind: 'integer',
    default: 0,
    doc: 'ctq agent: port on 127.0.0.1 where it serves /metrics; 0: none',
  },
  assert_status: {
    kind: 'integer',
    min: 1,
    max: 255,
    default: 1,
    doc: 'exit status of a failed assert',
  },
  on_error: {
    kind: 'choice',
    choices: ['stop', 'continue'],
    default: 'stop',
    doc: 'what a script does after a statement failed; a use or a let that fails ends it in any case',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];
