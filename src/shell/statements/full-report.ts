/** `full`: a report of a few statements, which are shown so that they can be adapted. */

import { CtqError } from '../../engine/errors.js';
import { runQuery } from '../../engine/query/exec/select.js';
import { Collector } from '../../engine/query/exec/subqueries.js';
import { check } from '../../lang/check/check.js';
import { printable } from '../../lang/diagnostics/printable.js';
import type { FormatName } from '../../lang/schema/formats/formats.js';
import { capabilitiesOf, type Spanned } from '../../lang/schema/places.js';
import { parse } from '../../lang/syntax/parse.js';
import type { Value } from '../../lang/values/value.js';
import { barOf } from '../display/bars.js';
import { painter } from '../display/style.js';
import { terminalSize } from '../display/terminal-size.js';
import { isUnicode } from '../display/text/locale.js';
import type { ExitCode, ShellSession } from '../session/session.js';

/** Lines of `full` other than its groups: how full the table is, drops, the prompt. */
const FULL_OVERHEAD = 3;
const MIN_ROWS = 3;
const MAX_ROWS = 10;
/** Columns of the bar that shows how full the table is. */
const BAR_WIDTH = 30;

/** Formats in which people read tables. */
const DRAWN: ReadonlySet<FormatName> = new Set(['table', 'box', 'markdown', 'vertical', 'bars', 'chart']);

/** The columns of each group, and its keys. A flow that has no state is answered or not. */
const GROUPS = [
  ["proto, coalesce(state::text, if(status has UNREPLIED, 'UNREPLIED', 'REPLIED')) as state", '1, 2'],
  ['src', 'src'],
  ['dst, dport', 'dst, dport'],
] as const;

/** @param output the clause that the command line does not replace */
const groups = ([columns, keys]: (typeof GROUPS)[number], limit: number, output = ' output bars'): string =>
  `select ${columns}, count(*) as flows from conntrack group by ${keys} order by flows desc limit ${limit}${output}`;

/** A format of the command line applies to the report. */
const outputOf = ({ options }: ShellSession): string | undefined =>
  options.output.format === undefined ? undefined : '';

/**
 * How full the table is, and which flows fill it.
 * @returns the exit status
 * @throws CtqError in a history
 */
export async function runFull(shell: ShellSession): Promise<ExitCode> {
  if (shell.place.kind === 'history')
    throw new CtqError({
      code: 'command-line',
      kind: 'statement',
      message: 'full shows the live table or a file, not the history',
    });
  const { format } = shell.options.output;
  if (format !== undefined && !DRAWN.has(format))
    throw new CtqError({
      code: 'command-line',
      kind: 'statement',
      message: `full is a report for people: it has no ${format}`,
      hint: `for programs: ctq -o ${format} "select name, value from sysctl where name in ('nf_conntrack_count', 'nf_conntrack_max')"`,
    });
  await shell.load();
  await fullness(shell);
  const { stdout } = shell.io;
  const { rows: height, columns } = terminalSize(stdout);
  // Each group has its statement, a header and its rows.
  const heads = GROUPS.reduce((sum, group) => sum + Math.ceil((groups(group, MAX_ROWS).length + 1) / columns) + 1, 0);
  const fitting = Math.floor((height - FULL_OVERHEAD - heads) / GROUPS.length);
  const rows = stdout.isTTY === true ? Math.max(MIN_ROWS, Math.min(MAX_ROWS, fitting)) : MAX_ROWS;
  return runShown(
    GROUPS.map(group => groups(group, rows, outputOf(shell))),
    shell,
  );
}

/** Runs statements, each after its text; without row counts and times, which would take half of the screen. */
async function runShown(statements: readonly string[], shell: ShellSession): Promise<ExitCode> {
  const timing = shell.setting('timing');
  let worst: ExitCode = 0;
  shell.set('timing', false);
  try {
    for (const statement of statements) {
      shell.messages.note(`${statement};`);
      const code = await shell.run(statement, { folder: process.cwd(), including: [] });
      worst = worst === 0 ? code : worst;
      if (code !== 0) break;
    }
  } finally {
    shell.set('timing', timing);
  }
  return worst;
}

/** How full the table is, and what the kernel dropped; nothing if the place does not report it. */
async function fullness(shell: ShellSession): Promise<void> {
  const { io, results } = shell;
  const paint = painter(shell.color(io.stdout));
  const found = await tableFullness(shell);
  if (found !== undefined) {
    const { count, max, members, fullest } = found;
    const share = count / max;
    const bar = barOf(Math.min(1, share), 1, BAR_WIDTH, isUnicode(io.env)).padEnd(
      BAR_WIDTH,
      isUnicode(io.env) ? '░' : '.',
    );
    const greatest = fullest?.share ?? share;
    const style = greatest >= 0.9 ? 'bad' : greatest >= 0.7 ? 'waiting' : 'good';
    const of = `${count.toLocaleString('en-US')} of ${max.toLocaleString('en-US')} flows${members}`;
    const most = fullest === undefined ? '' : `, fullest: ${printable(fullest.name)} ${percent(fullest.share)}`;
    results.print(`${paint(of, 'header')}  ${paint(bar, style)} ${percent(share)}${most}\n`);
  }
  const [drop, early, failed] = await firstRow(
    'select sum(drop), sum(early_drop), sum(insert_failed) from stats',
    shell,
  );
  if (drop === undefined) return;
  const isLosing = [drop, early].some(value => Number(value) > 0);
  results.print(`${paint(`drop ${drop}, early_drop ${early}, insert_failed ${failed}`, isLosing ? 'bad' : 'dim')}\n`);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What members are called, one and several. */
const MEMBERS: Readonly<Record<Spanned, readonly [string, string]>> = {
  gateway: ['gateway', 'gateways'],
  netns: ['network namespace', 'network namespaces'],
};

/** Flows and their greatest number, of all members of a place together. */
interface Fullness {
  readonly count: number;
  readonly max: number;
  /** Of how many members they are; empty for a place without. */
  readonly members: string;
  /** Of several members the fullest: the sum hides that one table is full. */
  readonly fullest: { readonly name: string; readonly share: number } | undefined;
}

/** Undefined if no member reports both its flows and their greatest number. */
async function tableFullness(shell: ShellSession): Promise<Fullness | undefined> {
  const { spans } = capabilitiesOf(shell.place);
  const rows = await rowsOf(
    `select name, value${spans ? `, ${spans}` : ''} from sysctl where name in ('nf_conntrack_count', 'nf_conntrack_max')`,
    shell,
  );
  const members = new Map<string, Map<Value, Value>>();
  for (const [setting, value, member] of rows) {
    const name = String(member ?? '');
    const values = members.get(name) ?? new Map<Value, Value>();
    members.set(name, values.set(setting, value));
  }
  const tables = [...members].flatMap(([name, values]) => {
    const [count, max] = [values.get('nf_conntrack_count') ?? Number.NaN, values.get('nf_conntrack_max') ?? 0].map(
      Number,
    );
    return max > 0 && count >= 0 ? [{ name, count, max, share: count / max }] : [];
  });
  const [first] = tables;
  if (first === undefined) return undefined;
  return {
    count: tables.reduce((sum, { count }) => sum + count, 0),
    max: tables.reduce((sum, { max }) => sum + max, 0),
    members: spans ? ` in ${tables.length} ${MEMBERS[spans][tables.length === 1 ? 0 : 1]}` : '',
    fullest:
      tables.length > 1 ? tables.reduce((most, table) => (table.share > most.share ? table : most), first) : undefined,
  };
}

const firstRow = async (query: string, shell: ShellSession): Promise<readonly Value[]> =>
  (await rowsOf(query, shell))[0] ?? [];

/** The rows of a query in the place of the shell; none if it cannot be run there. */
async function rowsOf(query: string, shell: ShellSession): Promise<readonly (readonly Value[])[]> {
  const [statement] = parse(query).statements;
  const { value } = check(statement, shell.environment, shell.variables, shell.place);
  if (value?.kind !== 'select') return [];
  const rows = new Collector();
  try {
    await runQuery(value, rows, {
      ...shell.session(AbortSignal.timeout(fullnessTime(shell))),
      warn: () => {},
      incomplete: () => {},
    });
  } catch {
    // The statements that follow report why.
  }
  return rows.rows;
}

/** Longest time (ms) for the counters of this machine, and of one that may have to be connected to first. */
const FULLNESS_MS = 3000;
const REMOTE_FULLNESS_MS = 10_000;

/** Gateways have the time that each statement gives them, and some more to be connected to. */
function fullnessTime(shell: ShellSession): number {
  if (capabilitiesOf(shell.place).spans !== 'gateway')
    return shell.place.kind === 'ssh' ? REMOTE_FULLNESS_MS : FULLNESS_MS;
  return Number(shell.setting('fleet_deadline')) / 1e6 + FULLNESS_MS;
}
