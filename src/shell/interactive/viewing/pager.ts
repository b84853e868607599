/** Which pager shows long results, and what it can do. */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { words } from '../child.js';

/** The first version of less(1) with --header. */
const HEADER_VERSION = 600;

export interface Pager {
  readonly argv: readonly string[];
  /** Lines may be longer than the screen. */
  readonly scrollsSideways: boolean;
}

/**
 * The pager of the setting; undefined for none. less gets `-RS`, unless the user gives it options.
 * @param setting `auto`: $PAGER, else less; `off`: none
 */
export function pagerOf(setting: string, env: Readonly<Record<string, string | undefined>>): Pager | undefined {
  if (setting === 'off' || setting === '') return undefined;
  const given = words(setting === 'auto' ? env.PAGER || 'less' : setting);
  if (given.length === 0) return undefined;
  const isLess = basename(given[0]) === 'less';
  const argv = isLess && given.length === 1 ? [...given, '-RS'] : given;
  const options = [...argv.slice(1), env.LESS ?? ''];
  const cuts = options.some(option => /^-?[a-zA-Z]*S/.test(option) || option === '--chop-long-lines');
  return { argv, scrollsSideways: isLess && cuts };
}

/** What less shows in the last line: special characters of its prompts are escaped. less cuts the beginning of what is too long. */
const PROMPT = 'lines %lt-%lb?L of %L.?e (end). - q leaves, / searches, h shows all keys';
const NARROW_PROMPT = 'lines %lt-%lb - q leaves, h helps';
/** Columns that the long one may take. */
const WIDE = 80;

/**
 * Arguments with which less says how to leave it; none for other programs, and where the user has chosen a prompt.
 * @param columns of the terminal
 */
export function promptArguments(
  { argv: [program, ...options] }: Pager,
  env: Readonly<Record<string, string | undefined>>,
  columns: number,
): readonly string[] {
  const isChosen = [...options, env.LESS ?? ''].some(option => /^-?[a-zA-Z]*[mMP]|--prompt/.test(option));
  return isChosen || lessVersion(program) === 0 ? [] : [`-P${columns < WIDE ? NARROW_PROMPT : PROMPT}`];
}

/**
 * The environment of a pager: a statement that is typed while less shows a result must not be taken as its commands to write files and
 * to run programs, such as `s` (less(1), SECURITY).
 */
export const pagerEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ LESSSECURE: '1', ...env });

/** Whether a pager can keep lines at the top. */
export const keepsHeader = ({ argv: [program] }: Pager): boolean => lessVersion(program) >= HEADER_VERSION;

const versions = new Map<string, number>();

/** The version of less(1); 0 for another program, also for the less of BusyBox, which has fewer options. */
function lessVersion(program: string): number {
  if (basename(program) !== 'less') return 0;
  let version = versions.get(program);
  if (version === undefined) {
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 1000 });
    version = Number(/^less (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
    versions.set(program, version);
  }
  return version;
}
