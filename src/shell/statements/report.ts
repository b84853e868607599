/** `full`: a report of a few statements, which are shown so that they can be adapted. */
import { runQuery } from '../../engine/query/exec/select.js';
import { Collector } from '../../engine/query/exec/subqueries.js';
import { check } from '../../lang/check/check.js';
import { parse } from '../../lang/syntax/parse.js';
import type { Value } from '../../lang/values/value.js';
import { barOf } from '../display/bars.js';
import { isUnicode } from '../display/locale.js';
import { painter } from '../display/style.js';
import type { ExitCode, ShellSession } from '../session/session.js';

/** Lines of `full` other than its groups: how full the table is, drops, the prompt. */
const FULL_OVERHEAD = 3;
const MIN_ROWS = 3;
const MAX_ROWS = 10;
/** Columns of the bar that shows how full the table is. */
const BAR_WIDTH = 30;

const GROUPS = ['proto, state', 'src', 'dst, dport'] as const;

/** @param output the clause that the command line does not replace */
const groups = (keys: string, limit: number, output = ' output bars'): string =>
  `select ${keys}, count(*) as flows from conntrack group by ${keys} order by flows desc limit ${limit}${output}`;

/** A format of the command line applies to the report. */
const outputOf = ({ options }: ShellSession): string | undefined =>
  options.output.format === undefined ? undefined : '';

/** How full the table is, and which flows fill it. @returns the exit status */
export async function runFull(shell: ShellSession): Promise<ExitCode> {
  await shell.load();
  await fullness(shell);
  const { stdout } = shell.io;
  const { rows: height = 24, columns = 80 } = stdout;
  // Each group has its statement, a header and its rows.
  const heads = GROUPS.reduce((sum, keys) => sum + Math.ceil((groups(keys, MAX_ROWS).length + 1) / columns) + 1, 0);
  const fitting = Math.floor((height - FULL_OVERHEAD - heads) / GROUPS.length);
  const rows = stdout.isTTY === true ? Math.max(MIN_ROWS, Math.min(MAX_ROWS, fitting)) : MAX_ROWS;
  return runShown(
    GROUPS.map(keys => groups(keys, rows, outputOf(shell))),
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
  const [count, max] = (
    await firstColumn(
      "select value from sysctl where name in ('nf_conntrack_count', 'nf_conntrack_max') order by name",
      shell,
    )
  ).map(Number);
  if (max !== undefined && max > 0) {
    const share = count / max;
    const bar = barOf(Math.min(1, share), 1, BAR_WIDTH, isUnicode(io.env)).padEnd(
      BAR_WIDTH,
      isUnicode(io.env) ? '░' : '.',
    );
    const style = share >= 0.9 ? 'bad' : share >= 0.7 ? 'waiting' : 'good';
    results.print(
      `${paint(`${count.toLocaleString('en-US')} of ${max.toLocaleString('en-US')} flows`, 'header')}  ${paint(bar, style)} ${(100 * share).toFixed(1)} %\n`,
    );
  }
  const [drop, early, failed] = await firstRow(
    'select sum(drop), sum(early_drop), sum(insert_failed) from stats',
    shell,
  );
  if (drop === undefined) return;
  const isLosing = [drop, early].some(value => Number(value) > 0);
  results.print(`${paint(`drop ${drop}, early_drop ${early}, insert_failed ${failed}`, isLosing ? 'bad' : 'dim')}\n`);
}

const firstColumn = async (query: string, shell: ShellSession): Promise<readonly Value[]> =>
  (await rowsOf(query, shell)).map(([value]) => value);
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
      ...shell.session(AbortSignal.timeout(FULLNESS_MS)),
      warn: () => {},
      incomplete: () => {},
    });
  } catch {
    // The statements that follow report why.
  }
  return rows.rows;
}

/** Longest time for the counters: on another host they may not come. */
const FULLNESS_MS = 3000;
