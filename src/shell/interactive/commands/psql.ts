/** The backslash commands of psql, as what does the same here. */
import { kernelRelease } from '../../../engine/kernel-release.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { print } from '../../../lang/print/print.js';
import { type Place, placeText } from '../../../lang/schema/places.js';
import type { Expr } from '../../../lang/syntax/ast.js';
import { parse } from '../../../lang/syntax/parse.js';
import { describing } from '../../session/shorthand.js';
import { type Command, type CommandContext, commandError } from './command.js';
import { copyTo } from './copy.js';
import { sendTo } from './results.js';

/** By the name after the backslash: the name of ctq's own command, which gets the argument. */
export const SAME_AS: Readonly<Record<string, string>> = {
  '?': 'help',
  '!': 'shell',
  h: 'help',
  help: 'help',
  q: 'quit',
  quit: 'quit',
  exit: 'quit',
  e: 'edit',
  edit: 'edit',
  i: 'read',
  ir: 'read',
  include: 'read',
  o: 'output',
  out: 'output',
  s: 'history',
  x: 'expanded',
  timing: 'timing',
  l: 'netns',
  list: 'netns',
  T: 'mode',
};

/** By the name after the backslash: what has no command of the same kind. */
export const PSQL_COMMANDS: Readonly<Record<string, Command>> = {
  d: {
    doc: 'the tables, or the fields of a table or file',
    run: (rest, context) => context.run(rest === '' ? 'show tables;' : `${describing(rest)};`),
  },
  dt: { doc: 'the tables', run: (_, context) => context.run('show tables;') },
  watch: {
    doc: 'repeats the last query',
    run: (rest, context) => repeat(rest, context),
  },
  g: { doc: 'the last statement again', run: (rest, context) => sendTo(rest, '\\g', context, () => again(context)) },
  gx: {
    doc: 'the last statement again, one field per line',
    run: (rest, context) => sendTo(rest, '\\gx', context, () => vertically(context, () => again(context))),
  },
  G: {
    doc: 'the same',
    run: (rest, context) => sendTo(rest, '\\G', context, () => vertically(context, () => again(context))),
  },
  p: {
    doc: 'the last statement',
    run: (_, context) => context.shell.results.print(context.last === '' ? '' : `${context.last}\n`),
  },
  c: {
    doc: 'another network namespace',
    run: (rest, context) => context.run(rest === '' ? 'use kernel;' : `use netns ${rest};`),
  },
  echo: { doc: 'prints text', run: (rest, context) => context.shell.results.print(`${rest}\n`) },
  H: { doc: 'HTML', run: (_, context) => setMode(context, 'html') },
  t: {
    doc: 'column names, or not',
    run: (_, { shell }) => {
      shell.set('header', shell.setting('header') !== true);
      shell.messages.note(`header is ${shell.setting('header') === true ? 'on' : 'off'}`);
    },
  },
  copy: { doc: 'a result to a file', run: (rest, context) => copyTo(rest, context) },
  pset: { doc: 'settings', run: () => refuse('\\pset', 'set NAME = VALUE; show settings lists them') },
  set: {
    doc: 'variables',
    run: () => refuse('\\set', 'let NAME = VALUE defines a variable: let office = 10.1.0.0/16'),
  },
  conninfo: { doc: 'the place', run: (_, { shell }) => shell.messages.note(connectionInfo(shell.place)) },
};

/** The place, the kernel and the user. */
const connectionInfo = (place: Place): string =>
  `${printable(placeText(place)) || 'kernel'}, Linux ${kernelRelease()}, user id ${process.geteuid?.()}; .show lists the settings`;

function refuse(name: string, hint: string): never {
  throw commandError(`ctq has no ${name}`, hint);
}

async function setMode(context: CommandContext, format: string): Promise<void> {
  const next = context.shell.setting('format') === format ? 'auto' : format;
  context.shell.set('format', next);
  context.shell.messages.note(`mode is ${next}`);
}

function again(context: CommandContext): Promise<unknown> {
  if (context.last === '') throw commandError('no statement to run again');
  return context.run(context.last);
}

/** Runs with results as records, one field per line. */
export async function vertically(context: CommandContext, work: () => Promise<unknown>): Promise<void> {
  const { shell } = context;
  const layout = shell.setting('layout');
  shell.set('layout', 'vertical');
  try {
    await work();
  } finally {
    shell.set('layout', layout);
  }
}

/** Seconds between two runs of `\watch` without an argument, as in psql. */
const INTERVAL = '2';

/** `\watch 5`: the last query with `every`. */
export async function repeat(rest: string, context: CommandContext): Promise<void> {
  const [, seconds] = /^(?:i(?:nterval)?=)?(\d+(?:\.\d+)?)s?$/.exec(rest || INTERVAL) ?? [];
  if (seconds === undefined || Number(seconds) === 0)
    throw commandError(`invalid interval '${rest}'`, 'write: \\watch 5, or select … every 5s');
  const { statements, diagnostics } = parse(context.last);
  const [statement] = statements;
  if (statements.length !== 1 || diagnostics.length > 0 || statement.kind !== 'select')
    throw commandError('\\watch repeats a select', 'run one first, or write: select … every 2s');
  const every = durationOf(Number(seconds));
  await context.run(`${print({ ...statement, every })};`);
}

/** A duration as the parser reads it. */
function durationOf(seconds: number): Expr | undefined {
  const [statement] = parse(`select from conntrack every ${Math.max(1, Math.round(seconds * 1000))}ms`).statements;
  return statement.kind === 'select' ? statement.every : undefined;
}
