import type { ShowTop } from '../interactive/commands/command.js';
import type { TopArguments } from '../options/options.js';
import type { ExitCode, ShellSession } from '../session/session.js';

/** Loads the full screen and shows it. @param lend the shell gives the terminal away meanwhile; without, nothing else uses it */
export async function showTop(
  shell: ShellSession,
  given: TopArguments,
  lend?: Parameters<ShowTop>[2],
): Promise<ExitCode> {
  const [{ runTop }, { topOptions }] = await Promise.all([import('../top/run-top.js'), import('../top/options.js')]);
  return runTop(shell, topOptions(given), lend);
}
